using Retrieval.Imaging.Interop;

namespace Retrieval.Imaging.Codecs;

/// <summary>Pulls the pixels of a lazy image through its pipeline, strip by strip from the top, on the calling thread.</summary>
internal static unsafe class PixelReader
{
    /// <summary>A strip stays in the second-level cache between decoder and copy, and below the size for which allocators ask the system.</summary>
    private const int StripBytes = 1 << 16;

    /// <summary>Decoders work in blocks of up to 16 rows.</summary>
    private const int BlockRows = 16;

    /// <param name="image">Bytes, three bands.</param>
    /// <exception cref="VipsException">Decoding failed somewhere.</exception>
    internal static RgbImage Read(VipsImageHandle image)
    {
        int width = Vips.vips_image_get_width(image), height = Vips.vips_image_get_height(image);
        using var region = Vips.vips_region_new(image);
        if (region.IsInvalid)
            throw VipsException.FromErrorBuffer();
        RgbImage? pixels = null;
        var stripRows = Math.Max(1, StripBytes / (width * RgbImage.Channels) / BlockRows) * BlockRows;
        for (var top = 0; top < height; top += stripRows)
        {
            var rows = Math.Min(stripRows, height - top);
            nuint byteCount;
            var strip = Vips.vips_region_fetch(region, 0, top, width, rows, &byteCount);
            if (strip is null)
                throw VipsException.FromErrorBuffer();
            try
            {
                // Only now: a file that is torn from the start costs no memory.
                pixels ??= RgbImage.Uninitialized(width, height);
                new ReadOnlySpan<byte>(strip, checked((int)byteCount)).CopyTo(pixels.Pixels.AsSpan(top * pixels.Stride, rows * pixels.Stride));
            }
            finally
            {
                GLib.g_free(strip);
            }
        }
        return pixels!;
    }
}
