using Retrieval.Imaging.Codecs;
using Retrieval.Imaging.Interop;

namespace Retrieval.Imaging;

/// <summary>Writes images as JPEG or PNG. Thread-safe.</summary>
public static unsafe class ImageEncoder
{
    /// <summary>Good enough that nobody sees the difference.</summary>
    public const int DefaultQuality = 90;

    /// <summary>A JPEG file in memory.</summary>
    /// <param name="image">The image.</param>
    /// <param name="quality">1..100; below 90 colour is stored at half the resolution.</param>
    /// <exception cref="ArgumentOutOfRangeException">The quality is out of range.</exception>
    /// <exception cref="DllNotFoundException">No usable libvips.</exception>
    public static byte[] EncodeJpeg(RgbImage image, int quality = DefaultQuality)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(quality, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(quality, 100);
        return Encode(image, "jpegsave_buffer", save => save.Set("Q", quality).Set("optimize_coding", true));
    }

    /// <summary>A PNG file in memory; lossless.</summary>
    /// <exception cref="DllNotFoundException">No usable libvips.</exception>
    public static byte[] EncodePng(RgbImage image) => Encode(image, "pngsave_buffer", save => save);

    /// <summary>Writes a JPEG (<c>.jpg</c>, <c>.jpeg</c>) or PNG (<c>.png</c>) file, whole or not at all.</summary>
    /// <exception cref="ArgumentException">The name ends otherwise.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    /// <exception cref="DllNotFoundException">No usable libvips.</exception>
    public static void Save(RgbImage image, string path, int quality = DefaultQuality)
    {
        ArgumentNullException.ThrowIfNull(path);
        var bytes = Path.GetExtension(path).ToUpperInvariant() switch
        {
            ".JPG" or ".JPEG" => EncodeJpeg(image, quality),
            ".PNG" => EncodePng(image),
            var other => throw new ArgumentException($"{path}: images are written as .jpg, .jpeg or .png, not '{other}'", nameof(path)),
        };
        AtomicFile.Write(path, bytes);
    }

    /// <summary>The image as a <c>data:</c> URI for a web page.</summary>
    public static string ToDataUri(RgbImage image, int quality = DefaultQuality) =>
        "data:image/jpeg;base64," + Convert.ToBase64String(EncodeJpeg(image, quality));

    private static byte[] Encode(RgbImage image, string saver, Func<VipsOperation, VipsOperation> arguments)
    {
        ArgumentNullException.ThrowIfNull(image);
        VipsRuntime.Start();
        try
        {
            return VipsGate.Run(() =>
            {
                fixed (byte* pixels = image.Pixels)
                {
                    using var source = VipsImages.FromMemory(pixels, image.Width, image.Height);
                    using var save = new VipsOperation(saver).Set("in", source);
                    return arguments(save).Bytes();
                }
            });
        }
        catch (VipsException failure)
        {
            throw new InvalidOperationException($"{saver} of an image of {image.Width} x {image.Height} failed: {failure.Message}", failure);
        }
    }
}
