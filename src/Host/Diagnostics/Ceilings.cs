namespace Retrieval.Host.Diagnostics;

/// <summary>
/// How fast a device can go, measured through its own operators: copying, and products in each of the types that its networks
/// compute in. The roof of the roofline model.
/// </summary>
/// <param name="CopyRate">Bytes a second of a large copy, read and written bytes together.</param>
/// <param name="ProductRate">FLOP a second of a large product of Float32 tensors, in the precision that the device has for them.</param>
/// <param name="BFloat16Rate">FLOP a second of a large product of BFloat16 tensors; 0 where the device's networks do not use the type.</param>
public sealed record Ceilings(double CopyRate, double ProductRate, double BFloat16Rate = 0)
{
    /// <summary>The rate of products of a type.</summary>
    public double RateOf(ElementType type) => type == ElementType.BFloat16 && BFloat16Rate > 0 ? BFloat16Rate : ProductRate;

    /// <summary>The shortest time that work can take, max(bytes / copy rate, FLOP / product rate), in milliseconds, and which of the two it is.</summary>
    public (double Ms, Bound Bound) Least(Work work, ElementType type)
    {
        double memoryMs = work.Bytes / CopyRate * 1e3, arithmeticMs = work.Flops / RateOf(type) * 1e3;
        return arithmeticMs > memoryMs ? (arithmeticMs, Bound.Arithmetic) : (memoryMs, Bound.Memory);
    }

    /// <summary>The shortest time that work can take, as a share of the time that it took; above 1 where tensors come from a cache.</summary>
    public double Share(Work work, ElementType type, double milliseconds) => milliseconds > 0 ? Least(work, type).Ms / milliseconds : 0;

    /// <summary>Measures a device; takes about a second.</summary>
    public static Ceilings Measure(Device device)
    {
        using var measurement = new CeilingMeasurement(device);
        return new Ceilings(measurement.CopyRate(), measurement.ProductRate(), device.ActivationType == ElementType.BFloat16 ? measurement.BFloat16Rate() : 0);
    }
}
