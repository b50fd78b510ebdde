using Retrieval.Imaging;
using Xunit;

namespace Retrieval.Tests.Imaging;

public sealed class RgbImageTests
{
    private static readonly RgbImage Image = TestImages.Noise(7, 5);

    [Fact]
    public void RowsFollowEachOtherFromTheTop()
    {
        Assert.Equal(new Rgb(Image.Pixels[(2 * 21) + 9], Image.Pixels[(2 * 21) + 10], Image.Pixels[(2 * 21) + 11]), Image[3, 2]);
        Assert.Equal((7, 5, 21), (Image.LongSide, Image.ShortSide, Image.Stride));
    }

    [Fact]
    public void CropsCopies()
    {
        var crop = Image.Crop(2, 1, 4, 3);
        for (var y = 0; y < 3; y++)
            for (var x = 0; x < 4; x++)
                Assert.Equal(Image[x + 2, y + 1], crop[x, y]);
        crop[0, 0] = new Rgb(1, 2, 3);
        Assert.NotEqual(crop[0, 0], Image[2, 1]);
    }

    [Theory]
    [InlineData(-1, 0, 2, 2)]
    [InlineData(0, 0, 8, 5)]
    [InlineData(6, 0, 2, 2)]
    [InlineData(0, 4, 1, 2)]
    [InlineData(0, 0, 0, 2)]
    [InlineData(1, 1, int.MaxValue, int.MaxValue)]
    public void RefusesCropsThatLeaveTheImage(int left, int top, int width, int height) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => Image.Crop(left, top, width, height));

    [Theory]
    [InlineData(-3, -2, 12, 10)]
    [InlineData(5, 3, 4, 4)]
    [InlineData(20, 20, 3, 3)]
    [InlineData(-9, 0, 5, 5)]
    public void PadsCropsWithBlack(int left, int top, int width, int height)
    {
        var crop = Image.CropPadded(left, top, width, height);
        for (var y = 0; y < height; y++)
            for (var x = 0; x < width; x++)
            {
                var inside = x + left is >= 0 and < 7 && y + top is >= 0 and < 5;
                Assert.Equal(inside ? Image[x + left, y + top] : Rgb.Black, crop[x, y]);
            }
    }

    [Fact]
    public void Flips()
    {
        var flipped = Image.FlipHorizontal();
        for (var x = 0; x < 7; x++)
            Assert.Equal(Image[6 - x, 4], flipped[x, 4]);
        Assert.Equal(Image.Pixels, flipped.FlipHorizontal().Pixels);
    }

    [Fact]
    public void RefusesImpossibleSizes()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new RgbImage(0, 5));
        Assert.Throws<ArgumentOutOfRangeException>(() => new RgbImage(100_000, 100_000));
        Assert.Throws<ArgumentException>(() => new RgbImage(2, 2, new byte[11]));
    }

    [Fact]
    public void NormalisesMirrored()
    {
        var tensor = new float[Image.Pixels.Length];
        var expected = new float[tensor.Length];
        ImageNormalizer.ImageNet.Write(Image.FlipHorizontal(), expected);
        ImageNormalizer.ImageNet.Write(Image, tensor, flip: true);
        Assert.Equal(expected, tensor);
        Assert.Equal((float)(((Image[6, 0].Green / 255.0) - 0.456) / 0.224), tensor[1]);
        Assert.Throws<ArgumentException>(() => ImageNormalizer.ImageNet.Write(Image, new float[3]));
        Assert.Throws<ArgumentException>(() => new ImageNormalizer([0, 0, 0], [1, 0, 1]));
    }

    [Fact]
    public void NormalisesWithoutAllocating()
    {
        var tensor = new float[Image.Pixels.Length];
        ImageNormalizer.ImageNet.Write(Image, tensor);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 10; i++)
            ImageNormalizer.ImageNet.Write(Image, tensor, i % 2 == 0);
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }
}
