using System.Buffers;
using Retrieval.Imaging.Codecs;
using Retrieval.Imaging.Interop;

namespace Retrieval.Imaging;

/// <summary>
/// Decodes JPEG, PNG, WebP, TIFF, GIF, HEIF/AVIF and BMP (as far as the installed libvips does) to sRGB bytes: upright, any colour
/// profile, CMYK, grey, palette and 16-bit samples converted, transparency laid over white; of several pages the first.
/// Thread-safe; an image is decoded wholly on the calling thread.
/// </summary>
public static class ImageDecoder
{
    /// <summary>Decodes a file.</summary>
    /// <exception cref="InvalidDataException">Not an image, damaged, truncated or larger than the limit: one line that starts with the path.</exception>
    /// <exception cref="IOException">The file is missing or cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be read, or is a folder.</exception>
    /// <exception cref="ArgumentException">The options are out of range.</exception>
    /// <exception cref="DllNotFoundException">No usable libvips.</exception>
    public static RgbImage Decode(string path, DecodeOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(path);
        using var file = ImageFileBytes.Read(path);
        return Decode(file.Memory, path, options);
    }

    /// <summary>Decodes an encoded image in memory; errors call it by <paramref name="name"/>.</summary>
    /// <exception cref="InvalidDataException">As for a file.</exception>
    /// <exception cref="ArgumentException">The options are out of range.</exception>
    /// <exception cref="DllNotFoundException">No usable libvips.</exception>
    public static RgbImage Decode(ReadOnlyMemory<byte> bytes, string name, DecodeOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(name);
        options ??= DecodeOptions.Default;
        options.Validate();
        var format = ImageLoader.Recognize(bytes.Span, name);
        using var pin = bytes.Pin();
        return ImageLoader.Guard(name, format, () => Decode(format, pin, bytes.Length, name, options));
    }

    private static RgbImage Decode(ImageFormat format, MemoryHandle bytes, int byteCount, string name, DecodeOptions options)
    {
        var failOn = options.AcceptDamaged ? VipsFailOn.None : format.FailOn;
        var image = ImageLoader.Open(format, bytes, byteCount, failOn);
        try
        {
            int width = Vips.vips_image_get_width(image), height = Vips.vips_image_get_height(image);
            CheckSize(width, height, format, byteCount, name, options);
            if (options.ShrinkFactor(width, height) is var shrink and > 1 && (format.ShrinksByFactor || format.ShrinksByScale))
            {
                image.Dispose();
                image = ImageLoader.Open(format, bytes, byteCount, failOn, shrink);
            }
            var orientation = options.ApplyOrientation ? Vips.vips_image_get_orientation(image) : Orientation.Upright;
            image = ColourConversion.ToSrgbBytes(image, options.ConvertToSrgb);
            return Orientation.Apply(PixelReader.Read(image), orientation);
        }
        finally
        {
            image.Dispose();
        }
    }

    private static void CheckSize(int width, int height, ImageFormat format, int byteCount, string name, DecodeOptions options)
    {
        var pixels = (long)width * height;
        if (pixels > options.PixelLimit)
            throw new InvalidDataException($"{name}: the image has {width} x {height} pixels, more than the limit of {options.PixelLimit}");
        // A lying header would have memory allocated for pixels that cannot come.
        if (format.MaxPixelsPerByte > 0 && pixels > (long)byteCount * format.MaxPixelsPerByte)
            throw new InvalidDataException($"{name}: the header announces {width} x {height} pixels, more than a {format.Name} file of {byteCount} bytes can hold");
    }
}
