using System.Runtime.Intrinsics;
using Retrieval.Imaging;
using Retrieval.Imaging.Resampling;
using Xunit;

namespace Retrieval.Tests.Imaging;

public sealed class ResamplerTests
{
    private static readonly (int From, int To)[] Extents =
        [(1, 1), (1, 7), (2, 1), (5, 31), (16, 32), (31, 33), (33, 32), (47, 13), (97, 3), (128, 127), (301, 40)];

    public static TheoryData<ResampleFilter> Filters => [.. Enum.GetValues<ResampleFilter>()];

    [Theory]
    [MemberData(nameof(Filters))]
    public void EveryVectorWidthGivesTheIntegersOfPlainCode(ResampleFilter filter)
    {
        for (var x = 0; x < Extents.Length; x++)
        {
            var (horizontal, vertical) = (Extents[x], Extents[(x * 5 + 3) % Extents.Length]);
            var image = TestImages.Noise(horizontal.From, vertical.From, (ulong)x);
            var columns = new ResampleWeights(horizontal.From, horizontal.To, filter);
            var rows = new ResampleWeights(vertical.From, vertical.To, filter);
            var expected = Plain(Plain(image, columns, alongX: true), rows, alongX: false);
            Assert.Equal(expected.Pixels, Resampler.Run<Lanes128, Vector128<int>>(image, columns, rows).Pixels);
            Assert.Equal(expected.Pixels, Resampler.Run<Lanes256, Vector256<int>>(image, columns, rows).Pixels);
            Assert.Equal(expected.Pixels, Resampler.Run<Lanes512, Vector512<int>>(image, columns, rows).Pixels);
        }
    }

    [Theory]
    [MemberData(nameof(Filters))]
    public void KeepsAFlatImageFlat(ResampleFilter filter)
    {
        foreach (byte level in new byte[] { 0, 1, 127, 254, 255 })
        {
            var image = new RgbImage(37, 23, [.. Enumerable.Repeat(level, 37 * 23 * 3)]);
            Assert.All(image.Resize(53, 11, filter).Pixels, value => Assert.Equal(level, value));
        }
    }

    [Fact]
    public void ShiftsNothing()
    {
        // An even reduction of a horizontal ramp has the ramp's middle where it was.
        var ramp = new RgbImage(64, 4);
        for (var i = 0; i < ramp.Pixels.Length; i++)
            ramp.Pixels[i] = (byte)(i / 3 % 64 * 4);
        var small = ramp.Resize(16, 4, ResampleFilter.Box);
        for (var x = 0; x < 16; x++)
            Assert.Equal((x * 16) + 6, small[x, 0].Red);
    }

    [Fact]
    public void ReducesBlocksToTheirRoundedMean()
    {
        var image = TestImages.Noise(103, 58);
        var reduced = BlockReduction.Reduce(image, 5, 4);
        Assert.Equal((21, 15), (reduced.Width, reduced.Height));
        for (var y = 0; y < reduced.Height; y++)
            for (var x = 0; x < reduced.Width; x++)
            {
                var greens = (from row in Enumerable.Range(y * 4, 4) from column in Enumerable.Range(x * 5, 5) where row < 58 && column < 103 select (int)image[column, row].Green).ToArray();
                // The reciprocal is rounded down, so that an exact mean may come out one lower.
                Assert.InRange(reduced[x, y].Green, ((greens.Sum() + (greens.Length / 2)) / greens.Length) - 1, (greens.Sum() + (greens.Length / 2)) / greens.Length);
            }
    }

    [Theory]
    [InlineData(4000, 3000, 362, 362, 272)]
    [InlineData(3000, 4000, 362, 271, 362)]
    [InlineData(1000, 3, 100, 100, 1)]
    [InlineData(50, 40, 50.9, 50, 40)]
    [InlineData(51, 40, 50.9, 50, 39)]
    public void FitsThumbnails(int width, int height, double size, int expectedWidth, int expectedHeight) =>
        Assert.Equal((expectedWidth, expectedHeight), ImageResizing.ThumbnailSize(width, height, size));

    [Fact]
    public void RefusesSizesBelowOne()
    {
        var image = new RgbImage(4, 4);
        Assert.Throws<ArgumentOutOfRangeException>(() => image.Resize(0, 4));
        Assert.Throws<ArgumentOutOfRangeException>(() => image.ResizeLong(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => image.Thumbnail(0.5));
        Assert.Throws<ArgumentOutOfRangeException>(() => image.Thumbnail(double.NaN));
        Assert.Throws<ArgumentOutOfRangeException>(() => image.CenterCrop(5, 4));
    }

    private static RgbImage Plain(RgbImage image, ResampleWeights weights, bool alongX)
    {
        var result = alongX ? new RgbImage(weights.Output, image.Height) : new RgbImage(image.Width, weights.Output);
        for (var y = 0; y < result.Height; y++)
            for (var x = 0; x < result.Width * 3; x++)
            {
                var (position, channel) = Math.DivRem(x, 3);
                var taps = weights.Of(alongX ? position : y);
                var sum = 1L << 21;
                for (var t = 0; t < taps.Length; t++)
                    sum += (long)taps[t] * (alongX ? image.Row(y)[((weights.First[position] + t) * 3) + channel] : image.Row(weights.First[y] + t)[x]);
                result.Row(y)[x] = (byte)Math.Clamp(sum >> 22, 0, 255);
            }
        return result;
    }
}
