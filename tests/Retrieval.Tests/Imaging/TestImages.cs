using Retrieval.Imaging;

namespace Retrieval.Tests.Imaging;

/// <summary>Images made from nothing.</summary>
internal static class TestImages
{
    /// <summary>Uniform noise.</summary>
    internal static RgbImage Noise(int width, int height, ulong seed = 1)
    {
        var image = new RgbImage(width, height);
        var random = new SeededRandom(seed);
        for (var i = 0; i < image.Pixels.Length; i++)
            image.Pixels[i] = (byte)random.Next(256);
        return image;
    }

    /// <summary>Slow ramps, different in each channel and direction: what lossy codecs keep.</summary>
    internal static RgbImage Ramps(int width, int height)
    {
        var image = new RgbImage(width, height);
        for (var y = 0; y < height; y++)
            for (var x = 0; x < width; x++)
                image[x, y] = new Rgb((byte)(255 * x / Math.Max(1, width - 1)), (byte)(255 * y / Math.Max(1, height - 1)), (byte)(64 + (128 * (x + y) / (width + height))));
        return image;
    }

    /// <summary>Largest difference of any channel.</summary>
    internal static int MaxDifference(Rgb a, Rgb b) =>
        Math.Max(Math.Abs(a.Red - b.Red), Math.Max(Math.Abs(a.Green - b.Green), Math.Abs(a.Blue - b.Blue)));

    /// <summary>Largest difference of any byte.</summary>
    internal static int MaxDifference(RgbImage a, RgbImage b) =>
        a.Pixels.Zip(b.Pixels, (left, right) => Math.Abs(left - right)).Max();
}
