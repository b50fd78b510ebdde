using Retrieval.Imaging.Interop;

namespace Retrieval.Imaging.Codecs;

/// <summary>
/// A file format that is read, recognised by its first bytes and decoded by the one loader named here. libvips could open far
/// more, but what guesses among document, vector and script readers has no business with files from strangers.
/// </summary>
/// <param name="Name">What users call it.</param>
/// <param name="Loader">libvips's loader.</param>
/// <param name="FailOn">From which damage on a file is refused.</param>
/// <param name="MaxPixelsPerByte">No honest file of the format holds more; 0 where a few bytes may stand for any size.</param>
internal sealed record ImageFormat(string Name, string Loader, VipsFailOn FailOn, int MaxPixelsPerByte)
{
    /// <summary>First bytes of a file that are enough to recognise it.</summary>
    internal const int SignatureLength = 18;

    // JPEG: a progressive grey scan of direct currents spends one bit on 64 pixels. PNG: deflate packs 1032 to 1, eight pixels a
    // byte. GIF: a 12-bit code stands for at most 4096 pixels.
    private static readonly ImageFormat Jpeg = new("JPEG", "jpegload_source", VipsFailOn.Warning, 1024);
    private static readonly ImageFormat Png = new("PNG", "pngload_source", VipsFailOn.Error, 8300);
    private static readonly ImageFormat WebP = new("WebP", "webpload_source", VipsFailOn.Error, 0);
    private static readonly ImageFormat Tiff = new("TIFF", "tiffload_source", VipsFailOn.Error, 0);
    private static readonly ImageFormat Gif = new("GIF", "gifload_source", VipsFailOn.Error, 4096);
    private static readonly ImageFormat Heif = new("HEIF/AVIF", "heifload_source", VipsFailOn.Error, 0);
    private static readonly ImageFormat Bmp = new("BMP", "magickload_buffer", VipsFailOn.Error, 0);

    internal static IReadOnlyList<ImageFormat> All { get; } = [Jpeg, Png, WebP, Tiff, Gif, Heif, Bmp];

    internal static string Names => string.Join(", ", All.Select(format => format.Name));

    /// <summary>Whether the loader reads a stream (a part of the file may do) or wants all bytes.</summary>
    internal bool ReadsSource => Loader.EndsWith("_source", StringComparison.Ordinal);

    /// <summary>Whether the loader takes an integer shrink factor, as JPEG's does.</summary>
    internal bool ShrinksByFactor => this == Jpeg;

    /// <summary>Whether the loader takes a scale, as WebP's does.</summary>
    internal bool ShrinksByScale => this == WebP;

    /// <summary>Whether this build of libvips has the loader.</summary>
    internal bool IsSupported => Vips.vips_type_find("VipsForeignLoad", Loader) != 0;

    /// <summary>The format that the first bytes announce, or null.</summary>
    internal static ImageFormat? Recognize(ReadOnlySpan<byte> start) => start switch
    {
        [0xFF, 0xD8, 0xFF, ..] => Jpeg,
        [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A, ..] => Png,
        [(byte)'R', (byte)'I', (byte)'F', (byte)'F', _, _, _, _, (byte)'W', (byte)'E', (byte)'B', (byte)'P', ..] => WebP,
        [(byte)'I', (byte)'I', 42 or 43, 0, ..] or [(byte)'M', (byte)'M', 0, 42 or 43, ..] => Tiff,
        [(byte)'G', (byte)'I', (byte)'F', (byte)'8', (byte)'7' or (byte)'9', (byte)'a', ..] => Gif,
        [_, _, _, _, (byte)'f', (byte)'t', (byte)'y', (byte)'p', ..] when IsHeifBrand(start[8..]) => Heif,
        [(byte)'B', (byte)'M', _, _, _, _, _, _, _, _, _, _, _, _, 12 or 40 or 52 or 56 or 64 or 108 or 124, 0, 0, 0, ..] => Bmp,
        _ => null,
    };

    private static bool IsHeifBrand(ReadOnlySpan<byte> brand) =>
        brand.StartsWith("heic"u8) || brand.StartsWith("heix"u8) || brand.StartsWith("mif1"u8) || brand.StartsWith("avif"u8);
}
