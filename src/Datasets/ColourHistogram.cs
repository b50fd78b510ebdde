using Retrieval.Imaging;

namespace Retrieval.Datasets;

/// <summary>
/// A descriptor without any learning, printed beside trained ones so that a set which colour alone solves is seen to be easy:
/// the joint RGB histogram, 8 bins a channel, each bin's share of the pixels square-rooted. Its inner product is the
/// Bhattacharyya coefficient of two images' colours.
/// </summary>
public static class ColourHistogram
{
    /// <summary>8 x 8 x 8 bins.</summary>
    public const int Dimension = BinsPerChannel * BinsPerChannel * BinsPerChannel;

    private const int BinsPerChannel = 8;
    private const int BinShift = 5;

    /// <summary>The descriptor [512], of unit length.</summary>
    public static float[] Describe(RgbImage image)
    {
        ReadOnlySpan<byte> pixels = image.Pixels;
        var counts = new int[Dimension];
        for (var i = 0; i < pixels.Length; i += RgbImage.Channels)
        {
            int red = pixels[i] >> BinShift, green = pixels[i + 1] >> BinShift, blue = pixels[i + 2] >> BinShift;
            counts[(red * BinsPerChannel + green) * BinsPerChannel + blue]++;
        }
        var pixelCount = (double)(pixels.Length / RgbImage.Channels);
        return Array.ConvertAll(counts, count => (float)Math.Sqrt(count / pixelCount));
    }
}
