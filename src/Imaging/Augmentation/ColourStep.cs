namespace Retrieval.Imaging.Augmentation;

/// <summary>A change of a pixel v = (r, g, b), 0 to 1. Each cuts its result off at 0 and 1.</summary>
public enum ColourStep
{
    None = 0,

    /// <summary>v * brightness.</summary>
    Brightness = 1,

    /// <summary>m + contrast (v - m), m the mean luminance of the picture at this point.</summary>
    Contrast = 2,

    /// <summary>l + saturation (v - l), l = 0.299 r + 0.587 g + 0.114 b the pixel's luminance.</summary>
    Saturation = 3,

    /// <summary>The hue of HSV turned by a share of the full circle.</summary>
    Hue = 4,

    /// <summary>(v + offset) * gain, with an offset for each of red, green and blue.</summary>
    Lighting = 5,
}
