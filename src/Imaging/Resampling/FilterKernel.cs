namespace Retrieval.Imaging.Resampling;

/// <summary>The continuous kernels behind <see cref="ResampleFilter"/>.</summary>
internal static class FilterKernel
{
    internal static double Radius(ResampleFilter filter) => filter switch
    {
        ResampleFilter.Box => 0.5,
        ResampleFilter.Bilinear => 1,
        ResampleFilter.Bicubic => 2,
        ResampleFilter.Lanczos3 => 3,
        _ => throw new ArgumentOutOfRangeException(nameof(filter), filter, "unknown filter"),
    };

    /// <summary>The kernel at distance <paramref name="x"/> from its centre, not normalised.</summary>
    internal static double Evaluate(ResampleFilter filter, double x) => filter switch
    {
        // Half open, so that a pixel on the border of two outputs counts once.
        ResampleFilter.Box => x is > -0.5 and <= 0.5 ? 1 : 0,
        ResampleFilter.Bilinear => Math.Max(0, 1 - Math.Abs(x)),
        ResampleFilter.Bicubic => Cubic(Math.Abs(x)),
        _ => x is >= -3 and < 3 ? Sinc(x) * Sinc(x / 3) : 0,
    };

    private static double Cubic(double x)
    {
        const double A = -0.5;
        return x switch
        {
            < 1 => ((((A + 2) * x) - (A + 3)) * x * x) + 1,
            < 2 => ((((x - 5) * x) + 8) * x - 4) * A,
            _ => 0,
        };
    }

    private static double Sinc(double x) => x == 0 ? 1 : Math.Sin(Math.PI * x) / (Math.PI * x);
}
