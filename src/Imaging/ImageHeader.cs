using Retrieval.Imaging.Codecs;
using Retrieval.Imaging.Interop;

namespace Retrieval.Imaging;

/// <summary>What a file's header says about its picture.</summary>
/// <param name="Width">Pixels, after the EXIF orientation has been applied.</param>
/// <param name="Height">Pixels, after the EXIF orientation has been applied.</param>
/// <param name="Format">The file format's name.</param>
public readonly record struct ImageHeader(int Width, int Height, string Format)
{
    /// <summary>Reads the header alone: no pixel is decoded, and of a large file only its beginning is read where the format allows.</summary>
    /// <exception cref="InvalidDataException">The file is not an image that can be read; the message starts with the path.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="DllNotFoundException">No usable libvips.</exception>
    public static ImageHeader Read(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        var format = RecognizeFile(path);
        if (!format.ReadsSource)
            return ReadWhole(path, format);
        return ImageLoader.Guard(path, format, () =>
        {
            using var source = Vips.vips_source_new_from_file(path);
            if (source.IsInvalid)
                throw VipsException.FromErrorBuffer();
            using var image = ImageLoader.Open(format, source, VipsFailOn.None);
            return Of(image, format);
        });
    }

    private static ImageHeader ReadWhole(string path, ImageFormat format)
    {
        using var file = ImageFileBytes.Read(path);
        using var pin = file.Memory.Pin();
        return ImageLoader.Guard(path, format, () =>
        {
            using var image = ImageLoader.Open(format, pin, file.Memory.Length, VipsFailOn.None);
            return Of(image, format);
        });
    }

    private static ImageHeader Of(VipsImageHandle image, ImageFormat format)
    {
        int width = Vips.vips_image_get_width(image), height = Vips.vips_image_get_height(image);
        return Orientation.SwapsSides(Vips.vips_image_get_orientation(image))
            ? new ImageHeader(height, width, format.Name)
            : new ImageHeader(width, height, format.Name);
    }

    private static ImageFormat RecognizeFile(string path)
    {
        Span<byte> start = stackalloc byte[ImageFormat.SignatureLength];
        using var file = File.OpenHandle(path);
        return ImageLoader.Recognize(start[..RandomAccess.Read(file, start, 0)], path);
    }
}
