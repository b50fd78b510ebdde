using Retrieval.Imaging;
using Retrieval.Imaging.Augmentation;
using Xunit;

namespace Retrieval.Tests.Imaging;

public sealed class RandomResizedCropTests
{
    [Fact]
    public void DrawsPartsOfTheAskedAreaAndShape()
    {
        var crop = new RandomResizedCrop(32, 32, 0.2, 0.6, 0.5, 2);
        var random = new SeededRandom(5);
        double smallest = 1, largest = 0;
        for (var i = 0; i < 2000; i++)
        {
            var part = crop.Draw(400, 300, random);
            Assert.InRange(part.Left, 0, 400 - part.Width);
            Assert.InRange(part.Top, 0, 300 - part.Height);
            var area = part.Width * part.Height / (400.0 * 300);
            Assert.InRange(area, 0.19, 0.61);
            Assert.InRange(part.Width / (double)part.Height, 0.49, 2.04);
            (smallest, largest) = (Math.Min(smallest, area), Math.Max(largest, area));
        }
        Assert.InRange(smallest, 0.19, 0.22);
        Assert.InRange(largest, 0.55, 0.61);
    }

    [Theory]
    [InlineData(1000, 10, 493, 0, 13, 10)] // too wide: the tallest part with width / height 4/3
    [InlineData(10, 1000, 0, 493, 10, 13)] // too tall: 3/4
    public void FallsBackToTheCentre(int width, int height, int left, int top, int partWidth, int partHeight)
    {
        // No part of half this image has an allowed shape.
        var crop = new RandomResizedCrop(8, 8, 0.5);
        Assert.Equal((left, top, partWidth, partHeight), crop.Draw(width, height, new SeededRandom(1)));
    }

    [Fact]
    public void TakesTheWholeOfASinglePixel() =>
        Assert.Equal((0, 0, 1, 1), new RandomResizedCrop(4, 4).Draw(1, 1, new SeededRandom(2)));

    [Fact]
    public void RefusesBadRanges()
    {
        var good = new RandomResizedCrop(4, 4);
        foreach (var bad in new[]
        {
            good with { Width = -1 }, good with { Width = 0 }, good with { Height = 20_000 }, good with { MinimumArea = 0 }, good with { MaximumArea = 1.5 },
            good with { MinimumAspect = 2, MaximumAspect = 1 }, good with { MinimumAspect = double.NaN }, good with { MaximumAspect = double.PositiveInfinity },
        })
            Assert.Throws<ArgumentException>(bad.Validate);
    }
}
