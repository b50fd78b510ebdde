using Retrieval.Imaging;
using Retrieval.Imaging.Drawing;
using Xunit;

namespace Retrieval.Tests.Imaging;

public sealed class DrawingTests
{
    private static readonly Rgb Red = new(255, 0, 0);

    [Fact]
    public void DrawsFramesInsideTheirRectangle()
    {
        var image = new RgbImage(10, 8);
        image.DrawFrame(1, 2, 6, 5, 2, Red);
        for (var y = 0; y < 8; y++)
            for (var x = 0; x < 10; x++)
            {
                var outer = x is >= 1 and < 7 && y is >= 2 and < 7;
                var inner = x is >= 3 and < 5 && y is >= 4 and < 5;
                Assert.Equal(outer && !inner ? Red : Rgb.Black, image[x, y]);
            }
    }

    [Fact]
    public void CutsOffWhatLeavesTheImage()
    {
        var image = new RgbImage(4, 4);
        image.FillRectangle(-5, 2, 100, 100, Red);
        Assert.Equal([Rgb.Black, Red], [image[3, 1], image[3, 2]]);
        var other = TestImages.Noise(3, 3);
        image.Paste(other, -2, -1);
        Assert.Equal([other[2, 1], Rgb.Black], [image[0, 0], image[1, 0]]);
        image.Paste(other, 3, 3);
        Assert.Equal(other[0, 0], image[3, 3]);
        image.Paste(other, 50, -50);
    }

    [Fact]
    public void HeatMapShowsWhereTheMapIsLarge()
    {
        var grey = new RgbImage(64, 48, [.. Enumerable.Repeat((byte)100, 64 * 48 * 3)]);
        float[] map = [0, 0, 0, 0, 0, 3];
        var hot = HeatMap.Overlay(grey, map, 2, 3, opacity: 1);
        Assert.Equal(ColourMap.At(0), hot[0, 0]);
        Assert.Equal(ColourMap.At(1), hot[63, 47]);
        Assert.Equal(ColourMap.At(0), hot[20, 12]);
        Assert.True(hot[45, 40].Red > hot[38, 30].Red);
        Assert.Equal(grey.Pixels, HeatMap.Overlay(grey, map, 2, 3, opacity: 0).Pixels);
        Assert.Equal(50, HeatMap.Overlay(grey, [1, 1, 1, 1], 2, 2)[3, 3].Red);
        Assert.Equal(50, HeatMap.Overlay(grey, [float.NaN, float.NaN], 1, 2)[3, 3].Red);
        Assert.Throws<ArgumentException>(() => HeatMap.Overlay(grey, map, 3, 3));
    }

    [Fact]
    public void ColoursGrowBrighter()
    {
        static double Luminance(Rgb colour) => (0.2126 * colour.Red) + (0.7152 * colour.Green) + (0.0722 * colour.Blue);
        for (var i = 1; i <= 64; i++)
            Assert.True(Luminance(ColourMap.At(i / 64f)) > Luminance(ColourMap.At((i - 1) / 64f)));
        Assert.Equal(ColourMap.At(1), ColourMap.At(7));
        Assert.Equal(ColourMap.At(0), ColourMap.At(-7));
    }

    [Fact]
    public void ContactSheetPlacesFittedPictures()
    {
        var sheet = new ContactSheet { CellWidth = 40, CellHeight = 30, Gap = 4, FrameThickness = 3 };
        var blue = new RgbImage(200, 100);
        blue.FillRectangle(0, 0, 200, 100, new Rgb(0, 0, 255));
        var image = sheet.Render([[new ContactSheetCell(blue, Red), new ContactSheetCell(blue)], [new ContactSheetCell(new RgbImage(5, 5))]]);
        Assert.Equal((4 + (2 * 44), 4 + (2 * 34)), (image.Width, image.Height));
        Assert.Equal(Rgb.White, image[0, 0]);
        Assert.Equal(new Rgb(0, 0, 255), image[24, 19]);
        Assert.Equal(Red, image[4, 19]);
        Assert.Equal(Rgb.White, image[48, 19]);
        Assert.Equal(new Rgb(0, 0, 255), image[51, 19]);
        Assert.Equal(Rgb.Black, image[24, 38 + 15]);
        Assert.Throws<ArgumentException>(() => sheet.Render([[]]));
        Assert.Throws<ArgumentException>(() => (sheet with { FrameThickness = 15 }).Validate());
    }
}
