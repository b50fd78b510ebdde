using Retrieval.Datasets;
using Retrieval.Imaging;
using Xunit;

namespace Retrieval.Tests.Datasets;

public sealed class ColourHistogramTests
{
    [Fact]
    public void Bins_are_red_then_green_then_blue_and_shares_are_square_rooted()
    {
        var descriptor = ColourHistogram.Describe(new RgbImage(2, 2, [0, 0, 0, 31, 31, 31, 0, 0, 32, 255, 64, 0]));
        var expected = new float[ColourHistogram.Dimension];
        expected[0] = MathF.Sqrt(0.5f);
        expected[1] = 0.5f;
        expected[7 * 64 + 2 * 8] = 0.5f;
        Assert.Equal(expected, descriptor);
    }

    [Fact]
    public void Descriptors_have_unit_length()
    {
        var pixels = new byte[3 * 1000];
        new Random(5).NextBytes(pixels);
        Assert.Equal(1, ColourHistogram.Describe(new RgbImage(25, 40, pixels)).Sum(value => (double)value * value), 1e-6);
    }
}
