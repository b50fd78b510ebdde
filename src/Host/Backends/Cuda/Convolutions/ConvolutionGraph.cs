using Retrieval.Host.Interop.Cudnn;
using static Retrieval.Host.Backends.Cuda.Convolutions.Descriptions;

namespace Retrieval.Host.Backends.Cuda.Convolutions;

/// <summary>
/// A convolution problem as a graph of cuDNN's operations: the convolution or its gradient, and for a fused one
/// convolution -> + residual -> + shift -> ReLU, the order in which NVIDIA documents that pattern. What passes between two operations is
/// virtual: float32 that is never stored.
/// </summary>
internal static class ConvolutionGraph
{
    /// <summary>Names of the tensors that a plan is run with.</summary>
    public const long X = 1, W = 2, Y = 3, Shift = 4, Residual = 5;

    private const long FirstVirtual = 100;

    /// <summary>Describes the graph.</summary>
    /// <exception cref="CudnnException">The library has no such operation.</exception>
    public static CudnnDescriptor Build(Descriptions descriptions, CudnnHandle handle, ConvolutionProblem problem)
    {
        List<CudnnDescriptor> operations = [];
        if (problem.Pass == ConvolutionPass.Forward)
            AddForward(descriptions, problem, operations);
        else
            operations.Add(Gradient(descriptions, problem));
        var graph = descriptions.Add(CudnnDescriptorType.OperationGraph);
        Set(graph, CudnnAttribute.GraphHandle, CudnnAttributeType.Handle, handle.Value);
        Set(graph, CudnnAttribute.GraphOperations, [.. operations]);
        return Finish(graph);
    }

    private static void AddForward(Descriptions descriptions, ConvolutionProblem problem, List<CudnnDescriptor> operations)
    {
        var left = (problem.Residual ? 1 : 0) + (problem.Shift ? 1 : 0) + (problem.Relu ? 1 : 0);
        var value = Next();
        var convolution = descriptions.Add(CudnnDescriptorType.ConvolutionForward);
        Set(convolution, CudnnAttribute.ForwardConvolution, Window(descriptions, problem.Geometry));
        Set(convolution, CudnnAttribute.ForwardX, Map(descriptions, X, problem.Input, problem.Maps, problem));
        Set(convolution, CudnnAttribute.ForwardW, Weights(descriptions, problem, problem.Maps));
        Set(convolution, CudnnAttribute.ForwardY, value);
        Set(convolution, CudnnAttribute.ForwardAlpha, CudnnAttributeType.Float32, 1f);
        Set(convolution, CudnnAttribute.ForwardBeta, CudnnAttributeType.Float32, 0f);
        operations.Add(Finish(convolution));
        if (problem.Residual)
            Follow(CudnnPointwiseMode.Add, Map(descriptions, Residual, problem.Output, problem.Maps, problem));
        if (problem.Shift)
            Follow(CudnnPointwiseMode.Add, Map(descriptions, Shift, new Shape(1, 1, 1, problem.Filters), ElementType.Float32, problem));
        if (problem.Relu)
            Follow(CudnnPointwiseMode.Relu, null);

        void Follow(CudnnPointwiseMode mode, CudnnDescriptor? other)
        {
            left--;
            var result = Next();
            operations.Add(Pointwise(descriptions, mode, value, other, result));
            value = result;
        }

        CudnnDescriptor Next() => left == 0
            ? Map(descriptions, Y, problem.Output, problem.Result, problem)
            : Map(descriptions, FirstVirtual + left, problem.Output, ElementType.Float32, problem, isVirtual: true);
    }

    private static CudnnDescriptor Gradient(Descriptions descriptions, ConvolutionProblem problem)
    {
        var window = Window(descriptions, problem.Geometry);
        var beta = problem.Accumulate ? 1f : 0f;
        if (problem.Pass == ConvolutionPass.InputGradient)
        {
            var operation = descriptions.Add(CudnnDescriptorType.ConvolutionBackwardData);
            Set(operation, CudnnAttribute.BackwardDataConvolution, window);
            Set(operation, CudnnAttribute.BackwardDataDx, Map(descriptions, X, problem.Input, problem.Result, problem));
            Set(operation, CudnnAttribute.BackwardDataW, Weights(descriptions, problem, problem.Maps));
            Set(operation, CudnnAttribute.BackwardDataDy, Map(descriptions, Y, problem.Output, problem.Maps, problem));
            Set(operation, CudnnAttribute.BackwardDataAlpha, CudnnAttributeType.Float32, 1f);
            Set(operation, CudnnAttribute.BackwardDataBeta, CudnnAttributeType.Float32, beta);
            return Finish(operation);
        }
        var filter = descriptions.Add(CudnnDescriptorType.ConvolutionBackwardFilter);
        Set(filter, CudnnAttribute.BackwardFilterConvolution, window);
        Set(filter, CudnnAttribute.BackwardFilterX, Map(descriptions, X, problem.Input, problem.Maps, problem));
        Set(filter, CudnnAttribute.BackwardFilterDw, Weights(descriptions, problem, problem.Result));
        Set(filter, CudnnAttribute.BackwardFilterDy, Map(descriptions, Y, problem.Output, problem.Maps, problem));
        Set(filter, CudnnAttribute.BackwardFilterAlpha, CudnnAttributeType.Float32, 1f);
        Set(filter, CudnnAttribute.BackwardFilterBeta, CudnnAttributeType.Float32, beta);
        return Finish(filter);
    }

    private static CudnnDescriptor Pointwise(Descriptions descriptions, CudnnPointwiseMode mode, CudnnDescriptor value, CudnnDescriptor? other, CudnnDescriptor result)
    {
        var kind = descriptions.Add(CudnnDescriptorType.Pointwise);
        Set(kind, CudnnAttribute.PointwiseMode, CudnnAttributeType.PointwiseMode, mode);
        Set(kind, CudnnAttribute.PointwiseComputeType, CudnnAttributeType.DataType, CudnnDataType.Float32);
        var operation = descriptions.Add(CudnnDescriptorType.PointwiseOperation);
        Set(operation, CudnnAttribute.OperationPointwise, Finish(kind));
        Set(operation, CudnnAttribute.OperationX, value);
        if (other is not null)
            Set(operation, CudnnAttribute.OperationB, other);
        Set(operation, CudnnAttribute.OperationY, result);
        return Finish(operation);
    }

    private static CudnnDescriptor Window(Descriptions descriptions, ConvolutionGeometry geometry)
    {
        var window = descriptions.Add(CudnnDescriptorType.Convolution);
        Set(window, CudnnAttribute.ConvolutionComputeType, CudnnAttributeType.DataType, CudnnDataType.Float32);
        Set(window, CudnnAttribute.ConvolutionMode, CudnnAttributeType.ConvolutionMode, CudnnConvolutionMode.CrossCorrelation);
        Set(window, CudnnAttribute.ConvolutionSpatialRank, CudnnAttributeType.Int64, 2L);
        Set<long>(window, CudnnAttribute.ConvolutionDilations, CudnnAttributeType.Int64, geometry.Dilation, geometry.Dilation);
        Set<long>(window, CudnnAttribute.ConvolutionStrides, CudnnAttributeType.Int64, geometry.Stride, geometry.Stride);
        Set<long>(window, CudnnAttribute.ConvolutionPrePaddings, CudnnAttributeType.Int64, geometry.Padding, geometry.Padding);
        Set<long>(window, CudnnAttribute.ConvolutionPostPaddings, CudnnAttributeType.Int64, geometry.Padding, geometry.Padding);
        return Finish(window);
    }

    private static CudnnDescriptor Weights(Descriptions descriptions, ConvolutionProblem problem, ElementType type) =>
        Map(descriptions, W, new Shape(problem.Filters, problem.Geometry.KernelHeight, problem.Geometry.KernelWidth, problem.Input[3]), type, problem);

    /// <summary>A tensor that lies as [n, h, w, c]. The library names axes in the order n, c, h, w; the strides tell it how they lie.</summary>
    private static CudnnDescriptor Map(Descriptions descriptions, long id, Shape shape, ElementType type, ConvolutionProblem problem, bool isVirtual = false)
    {
        long n = shape[0], h = shape[1], w = shape[2], c = shape[3];
        var tensor = descriptions.Add(CudnnDescriptorType.Tensor);
        Set(tensor, CudnnAttribute.TensorType, CudnnAttributeType.DataType, type == ElementType.BFloat16 ? CudnnDataType.BFloat16 : CudnnDataType.Float32);
        Set(tensor, CudnnAttribute.TensorDimensions, CudnnAttributeType.Int64, n, c, h, w);
        Set(tensor, CudnnAttribute.TensorStrides, CudnnAttributeType.Int64, h * w * c, 1, w * c, c);
        Set(tensor, CudnnAttribute.TensorId, CudnnAttributeType.Int64, id);
        Set<long>(tensor, CudnnAttribute.TensorAlignment, CudnnAttributeType.Int64, Math.Max(problem.Alignment, type.ByteSize()));
        if (isVirtual)
            Set(tensor, CudnnAttribute.TensorIsVirtual, CudnnAttributeType.Boolean, (byte)1);
        return Finish(tensor);
    }
}
