namespace Retrieval.Imaging.Resampling;

/// <summary>The kernel of a resize, widened by the reduction so that it also smooths.</summary>
public enum ResampleFilter
{
    /// <summary>Mean of the covered pixels, radius 1/2.</summary>
    Box,

    /// <summary>Triangle, radius 1.</summary>
    Bilinear,

    /// <summary>Cubic convolution with a = -1/2, radius 2.</summary>
    Bicubic,

    /// <summary>Windowed sinc, radius 3 (what older code calls ANTIALIAS).</summary>
    Lanczos3,
}
