using Retrieval.Imaging;
using Xunit;

namespace Retrieval.Tests.Imaging;

public sealed class DecodeOptionsTests
{
    [Fact]
    public void RefusesValuesOutOfRange()
    {
        Assert.Throws<ArgumentException>(() => new DecodeOptions { PixelLimit = 0 }.Validate());
        Assert.Throws<ArgumentException>(() => new DecodeOptions { PixelLimit = long.MaxValue }.Validate());
        Assert.Throws<ArgumentException>(() => new DecodeOptions { ShrinkToLongSide = -1 }.Validate());
        Assert.Throws<ArgumentException>(() => new DecodeOptions { ShrinkToShortSide = -1 }.Validate());
    }

    [Theory]
    [InlineData(0, 0, 1)]
    [InlineData(1000, 0, 1)]
    [InlineData(501, 0, 1)]
    [InlineData(500, 0, 2)]
    [InlineData(250, 0, 4)]
    [InlineData(1, 0, 8)]
    [InlineData(1, 200, 2)]
    [InlineData(1, 400, 1)]
    [InlineData(5000, 0, 1)]
    public void ShrinksNoFurtherThanAsked(int longSide, int shortSide, int factor) =>
        Assert.Equal(factor, new DecodeOptions { ShrinkToLongSide = longSide, ShrinkToShortSide = shortSide }.ShrinkFactor(1000, 400));

    [Fact]
    public void ShrinksNothingAway() => Assert.Equal(1, new DecodeOptions { ShrinkToLongSide = 1 }.ShrinkFactor(1000, 3));
}
