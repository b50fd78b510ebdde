using System.Runtime.CompilerServices;

namespace Retrieval.Host;

/// <summary>Checks that every operator makes before its backend runs; a failure names operator, tensor, expected and got.</summary>
internal static class Require
{
    public static void Tensor(string op, string name, Tensor tensor, Device device, ElementType type = ElementType.Float32)
    {
        if (tensor.IsNone)
            throw new OperatorException(op, $"{name} is missing");
        if (!ReferenceEquals(tensor.Device, device))
            throw new OperatorException(op, $"{name} is on {tensor.Device.Name}, expected {device.Name}: copy it there first");
        if (tensor.Type != type)
            throw new OperatorException(op, $"{name} holds {tensor.Type}, expected {type}");
    }

    /// <summary>A tensor of activations: float32, or bfloat16 on a device that computes with it.</summary>
    public static void Activations(string op, string name, Tensor tensor, Device device)
    {
        Tensor(op, name, tensor, device, tensor.Type == ElementType.BFloat16 ? ElementType.BFloat16 : ElementType.Float32);
        if (tensor.Type == ElementType.BFloat16 && !device.ComputesBFloat16)
            throw new OperatorException(op, $"{name} holds BFloat16, which {device.Name} does not compute with: cast it to Float32 first");
    }

    /// <summary>Activations [N, H, W, C].</summary>
    public static void Map(string op, string name, Tensor tensor, Device device)
    {
        Activations(op, name, tensor, device);
        Rank(op, name, tensor, 4, device, tensor.Type);
    }

    public static void Shape(string op, string name, Tensor tensor, Shape expected, Device device, ElementType type = ElementType.Float32)
    {
        Tensor(op, name, tensor, device, type);
        if (tensor.Shape != expected)
            throw new OperatorException(op, $"{name} has shape {tensor.Shape}, expected {expected}");
    }

    public static void Optional(string op, string name, Tensor tensor, Shape expected, Device device, ElementType type = ElementType.Float32)
    {
        if (!tensor.IsNone)
            Shape(op, name, tensor, expected, device, type);
    }

    public static void Rank(string op, string name, Tensor tensor, int rank, Device device, ElementType type = ElementType.Float32)
    {
        Tensor(op, name, tensor, device, type);
        if (tensor.Shape.Rank != rank)
            throw new OperatorException(op, $"{name} has shape {tensor.Shape}, expected rank {rank}");
    }

    public static void Count(string op, string name, Tensor tensor, long expected, Device device, ElementType type = ElementType.Float32)
    {
        Tensor(op, name, tensor, device, type);
        if (tensor.Count != expected)
            throw new OperatorException(op, $"{name} has shape {tensor.Shape}, expected {expected} values");
    }

    public static void Window(string op, ConvolutionGeometry geometry) =>
        That(geometry is { Stride: > 0, Padding: >= 0, Dilation: > 0, KernelHeight: > 0, KernelWidth: > 0 }, op, $"impossible window {geometry}");

    public static void That(bool condition, string op, string problem)
    {
        if (!condition)
            throw new OperatorException(op, problem);
    }

    public static void That(bool condition, string op, [InterpolatedStringHandlerArgument(nameof(condition))] ProblemText problem)
    {
        if (!condition)
            throw new OperatorException(op, problem.ToStringAndClear());
    }
}
