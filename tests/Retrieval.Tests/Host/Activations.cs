using Retrieval.Host;

namespace Retrieval.Tests.Host;

/// <summary>Activation maps of either type, given and taken as floats.</summary>
internal static class Activations
{
    /// <summary>The error of rounding once, against the value: half of a unit in the last of 8 bits.</summary>
    private const double Rounding = 1.0 / 256;

    public static Tensor Upload(Device device, Shape shape, float[] values, ElementType type)
    {
        var tensor = device.Rent(shape, type);
        Fill(tensor, values);
        return tensor;
    }

    /// <summary>Values as the type holds them.</summary>
    public static float[] Rounded(float[] values, ElementType type) => type == ElementType.BFloat16 ? [.. values.Select(value => (float)(BFloat16)value)] : values;

    public static void Fill(Tensor tensor, float[] values)
    {
        if (tensor.Type == ElementType.BFloat16)
            tensor.Upload<BFloat16>(values.Select(value => (BFloat16)value).ToArray());
        else
            tensor.Upload<float>(values);
    }

    public static float[] Values(Tensor tensor) =>
        tensor.Type == ElementType.BFloat16 ? [.. tensor.ToArray<BFloat16>().Select(value => (float)value)] : tensor.ToArray<float>();

    /// <summary>What a result of this type may miss, where one in float32 may miss <paramref name="float32"/>: as much, and its rounding.</summary>
    public static double Tolerance(ElementType type, double float32 = 1e-5) => float32 + (type == ElementType.BFloat16 ? Rounding : 0);
}
