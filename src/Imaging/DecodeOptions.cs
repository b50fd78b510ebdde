namespace Retrieval.Imaging;

/// <summary>How an image file becomes pixels. The default gives the full size, upright, in sRGB, and refuses damage.</summary>
public sealed record DecodeOptions
{
    /// <summary>What <see cref="RgbImage"/> can hold at all.</summary>
    private const long LargestPixelLimit = 715_827_882;

    public static DecodeOptions Default { get; } = new();

    /// <summary>
    /// Most pixels (width times height, as the file's header announces them) that are decoded; beyond, the file is refused before
    /// any pixel is. The default is where Pillow refuses a decompression bomb: 2 GiB / 3 / 4 pixels.
    /// </summary>
    public long PixelLimit { get; init; } = 178_956_970;

    /// <summary>Whether the EXIF orientation is applied. Some benchmarks (the original Holidays) were evaluated without.</summary>
    public bool ApplyOrientation { get; init; } = true;

    /// <summary>Whether an embedded colour profile other than sRGB is converted to sRGB. CMYK is converted in any case.</summary>
    public bool ConvertToSrgb { get; init; } = true;

    /// <summary>Whether truncated or damaged files give what could be read of them instead of an error.</summary>
    public bool AcceptDamaged { get; init; }

    /// <summary>
    /// Fast mode: JPEG and WebP files may be shrunk by 2, 4 or 8 while they are decoded, as long as the longer side keeps at least
    /// this many pixels. Several times faster, not equal to decoding and resizing. 0: off.
    /// </summary>
    public int ShrinkToLongSide { get; init; }

    /// <summary>As <see cref="ShrinkToLongSide"/>, for the shorter side. Where both are given, both are kept.</summary>
    public int ShrinkToShortSide { get; init; }

    /// <exception cref="ArgumentException">A value is out of range.</exception>
    public void Validate()
    {
        if (PixelLimit is < 1 or > LargestPixelLimit)
            throw new ArgumentException($"the pixel limit must be 1 to {LargestPixelLimit}, got {PixelLimit}");
        if (ShrinkToLongSide < 0 || ShrinkToShortSide < 0)
            throw new ArgumentException($"the sides to shrink to must not be negative, got {ShrinkToLongSide} (long) and {ShrinkToShortSide} (short)");
    }

    /// <summary>The factor (1, 2, 4 or 8) by which an image of the given size may be shrunk while decoding.</summary>
    internal int ShrinkFactor(int width, int height)
    {
        if (ShrinkToLongSide == 0 && ShrinkToShortSide == 0)
            return 1;
        var factor = 8;
        while (factor > 1 && (Math.Max(width, height) / factor < ShrinkToLongSide || Math.Min(width, height) / factor < ShrinkToShortSide))
            factor /= 2;
        return Math.Min(width, height) / factor < 1 ? 1 : factor;
    }
}
