namespace Retrieval.Imaging.Interop;

/// <summary>Managed pixels seen as a native image.</summary>
internal static unsafe class VipsImages
{
    private const int Byte = 0;
    private const int Srgb = 22;

    /// <summary>An sRGB image over pinned bytes <c>[H, W, 3]</c>, which must stay pinned until it is disposed of.</summary>
    internal static VipsImageHandle FromMemory(byte* pixels, int width, int height)
    {
        var byteCount = (nuint)width * (nuint)height * RgbImage.Channels;
        using var plain = Vips.vips_image_new_from_memory(pixels, byteCount, width, height, RgbImage.Channels, Byte);
        if (plain.IsInvalid)
            throw VipsException.FromErrorBuffer();
        using var copy = new VipsOperation("copy").Set("in", plain).Set("interpretation", Srgb);
        return copy.Image();
    }
}
