using System.Buffers;

namespace Retrieval.Imaging.Augmentation.Policy;

/// <summary>
/// Pillow's enhancements: an image is moved towards a plainer one (factors below 1) or away from it (above). plain + factor (image - plain)
/// in float32, cut off at 0 and 255, the fraction dropped.
/// </summary>
internal static class Enhancement
{
    private const int Values = 256, Channels = RgbImage.Channels;

    /// <summary>The plainer image is black.</summary>
    public static void Brightness(RgbImage image, float factor) => Spread(image, 0, factor);

    /// <summary>The plainer image is grey as the mean of the image.</summary>
    public static void Contrast(RgbImage image, float factor)
    {
        var pixels = image.Pixels;
        long sum = 0;
        for (var i = 0; i + 2 < pixels.Length; i += Channels)
            sum += Grey(pixels[i], pixels[i + 1], pixels[i + 2]);
        Spread(image, (int)((sum / (double)(image.Width * (long)image.Height)) + 0.5), factor);
    }

    /// <summary>The plainer image has no colours.</summary>
    public static void Color(RgbImage image, float factor)
    {
        var pixels = image.Pixels;
        for (var i = 0; i + 2 < pixels.Length; i += Channels)
        {
            var grey = Grey(pixels[i], pixels[i + 1], pixels[i + 2]);
            for (var c = i; c < i + Channels; c++)
                pixels[c] = Blend(grey, pixels[c], factor);
        }
    }

    /// <summary>The plainer image is smoothed, by 1 1 1, 1 5 1, 1 1 1 over 13; its border is the image's own.</summary>
    public static void Sharpness(RgbImage image, float factor)
    {
        var length = image.Pixels.Length;
        var copy = ArrayPool<byte>.Shared.Rent(length);
        image.Pixels.CopyTo(copy, 0);
        for (var y = 1; y < image.Height - 1; y++)
        {
            var row = copy.AsSpan(y * image.Stride, image.Stride);
            var above = copy.AsSpan((y - 1) * image.Stride, image.Stride);
            var below = copy.AsSpan((y + 1) * image.Stride, image.Stride);
            SharpenRow(above, row, below, image.Row(y), factor);
        }
        ArrayPool<byte>.Shared.Return(copy);
    }

    private static void SharpenRow(ReadOnlySpan<byte> above, ReadOnlySpan<byte> row, ReadOnlySpan<byte> below, Span<byte> target, float factor)
    {
        const float edge = 1f / 13, middle = 5f / 13;
        for (var i = Channels; i < row.Length - Channels; i++)
        {
            int before = i - Channels, after = i + Channels;
            // The order of Pillow's sums: a last bit can decide on a byte.
            var sum = 0.5f + ((below[before] * edge) + (below[i] * edge) + (below[after] * edge));
            sum += (row[before] * edge) + (row[i] * middle) + (row[after] * edge);
            sum += (above[before] * edge) + (above[i] * edge) + (above[after] * edge);
            target[i] = Blend((int)Math.Clamp(sum, 0, byte.MaxValue), row[i], factor);
        }
    }

    private static void Spread(RgbImage image, int grey, float factor)
    {
        Span<byte> table = stackalloc byte[Values];
        for (var value = 0; value < Values; value++)
            table[value] = Blend(grey, value, factor);
        ByteTables.Map(image, table);
    }

    private static byte Blend(int plain, int value, float factor) => (byte)Math.Clamp(plain + (factor * (value - plain)), 0, byte.MaxValue);

    private static int Grey(int red, int green, int blue) => ((red * 19595) + (green * 38470) + (blue * 7471) + 0x8000) >> 16;
}
