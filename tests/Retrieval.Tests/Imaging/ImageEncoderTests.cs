using Retrieval.Imaging;
using Xunit;

namespace Retrieval.Tests.Imaging;

public sealed class ImageEncoderTests
{
    private static readonly RgbImage Ramps = TestImages.Ramps(90, 70);

    [Fact]
    public void QualityDecidesSizeAndError()
    {
        byte[] coarse = ImageEncoder.EncodeJpeg(Ramps, 20), fine = ImageEncoder.EncodeJpeg(Ramps, 98);
        Assert.True(coarse.Length < fine.Length);
        Assert.InRange(TestImages.MaxDifference(Ramps, ImageDecoder.Decode(fine, "fine")), 0, 8);
        Assert.Throws<ArgumentOutOfRangeException>(() => ImageEncoder.EncodeJpeg(Ramps, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => ImageEncoder.EncodeJpeg(Ramps, 101));
    }

    [Fact]
    public void SavesWholeFilesOnly()
    {
        using var folder = new TestFolder();
        ImageEncoder.Save(Ramps, folder.File("a.png"));
        ImageEncoder.Save(Ramps, folder.File("b.JPG"));
        Assert.Equal(["a.png", "b.JPG"], folder.Names);
        Assert.Equal(Ramps.Pixels, ImageDecoder.Decode(folder.File("a.png")).Pixels);
        Assert.Equal("JPEG", ImageHeader.Read(folder.File("b.JPG")).Format);

        ImageEncoder.Save(Ramps.FlipHorizontal(), folder.File("a.png"));
        Assert.Equal(Ramps.FlipHorizontal().Pixels, ImageDecoder.Decode(folder.File("a.png")).Pixels);
        Assert.Throws<ArgumentException>(() => ImageEncoder.Save(Ramps, folder.File("c.bmp")));
        Assert.Throws<DirectoryNotFoundException>(() => ImageEncoder.Save(Ramps, folder.File("none/d.png")));
        Assert.Equal(["a.png", "b.JPG"], folder.Names);
    }

    [Fact]
    public void EmbedsAsDataUri()
    {
        var uri = ImageEncoder.ToDataUri(Ramps);
        const string Prefix = "data:image/jpeg;base64,";
        Assert.StartsWith(Prefix, uri, StringComparison.Ordinal);
        Assert.Equal(90, ImageDecoder.Decode(Convert.FromBase64String(uri[Prefix.Length..]), "uri").Width);
    }
}
