using Retrieval.Imaging;
using Retrieval.Imaging.Interop;
using Xunit;

namespace Retrieval.Tests.Imaging;

public sealed class ImageDecoderTests
{
    private const int Width = 37, Height = 23;

    private static readonly RgbImage Noise = TestImages.Noise(Width, Height);
    private static readonly RgbImage Ramps = TestImages.Ramps(96, 64);

    public static TheoryData<string> LosslessSavers => ["pngsave_buffer", "tiffsave_buffer"];

    /// <summary>For an upright pixel (x, y): where EXIF says it is stored, given the last stored column and row.</summary>
    private static readonly Func<int, int, int, int, (int X, int Y)>[] StoredAt =
    [
        (x, y, right, bottom) => (x, y),
        (x, y, right, bottom) => (right - x, y),
        (x, y, right, bottom) => (right - x, bottom - y),
        (x, y, right, bottom) => (x, bottom - y),
        (x, y, right, bottom) => (y, x),
        (x, y, right, bottom) => (y, bottom - x),
        (x, y, right, bottom) => (right - y, bottom - x),
        (x, y, right, bottom) => (right - y, x),
    ];

    [Theory]
    [MemberData(nameof(LosslessSavers))]
    public void DecodesLosslessFilesExactly(string saver) => Assert.Equal(Noise.Pixels, Decode(EncodedFiles.Encode(Noise, saver)).Pixels);

    [Fact]
    public void DecodesInterlacedPng() =>
        Assert.Equal(Noise.Pixels, Decode(EncodedFiles.Encode(Noise, "pngsave_buffer", save => save.Set("interlace", true))).Pixels);

    [Fact]
    public void DecodesLosslessWebP() =>
        Assert.Equal(Noise.Pixels, Decode(EncodedFiles.Encode(Noise, "webpsave_buffer", save => save.Set("lossless", true))).Pixels);

    [Fact]
    public void DecodesTiledCompressedTiff() =>
        Assert.Equal(Noise.Pixels, Decode(EncodedFiles.Encode(Noise, "tiffsave_buffer", save => save.Set("compression", 3).Set("tile", true).Set("tile_width", 16).Set("tile_height", 16))).Pixels);

    [Fact]
    public void DecodesBmp()
    {
        Assert.SkipUnless(ImagingLibrary.Probe().Formats.Contains("BMP"), "this libvips reads no BMP");
        Assert.Equal(Noise.Pixels, Decode(EncodedFiles.Bmp(Noise)).Pixels);
    }

    [Fact]
    public void DecodesAvif()
    {
        const int Av1 = 4;
        byte[] file;
        try
        {
            file = EncodedFiles.Encode(Ramps, "heifsave_buffer", save => save.Set("compression", Av1).Set("Q", 95));
        }
        catch (VipsException missing)
        {
            Assert.Skip("this libvips writes no AVIF: " + missing.Message);
            return;
        }
        Assert.InRange(TestImages.MaxDifference(Ramps, Decode(file)), 0, 12);
    }

    [Fact]
    public void DecodesFewColouredGif()
    {
        var image = new RgbImage(Width, Height);
        for (var i = 0; i < Width * Height; i++)
            image[i % Width, i / Width] = (i % 3) switch { 0 => new Rgb(250, 10, 30), 1 => new Rgb(0, 200, 90), _ => new Rgb(20, 20, 255) };
        Assert.SkipUnless(ImagingLibrary.Probe().Formats.Contains("GIF"), "this libvips reads no GIF");
        Assert.InRange(TestImages.MaxDifference(image, Decode(EncodedFiles.Encode(image, "gifsave_buffer", save => save.Set("dither", 0.0)))), 0, 4);
    }

    [Fact]
    public void DecodesPalettePng()
    {
        var image = new RgbImage(Width, Height);
        for (var i = 0; i < Width * Height; i++)
            image[i % Width, i / Width] = (i / Width % 2) == 0 ? new Rgb(240, 16, 32) : new Rgb(8, 120, 200);
        var file = EncodedFiles.Encode(image, "pngsave_buffer", save => save.Set("palette", true).Set("dither", 0.0));
        Assert.Equal(3, file[25]); // the header's colour type: palette
        Assert.InRange(TestImages.MaxDifference(image, Decode(file)), 0, 4);
    }

    [Fact]
    public void KeepsTheHighByteOf16Bits()
    {
        var samples = Noise.Pixels.Select(value => (ushort)((value << 8) | 0x5A)).ToArray();
        var file = EncodedFiles.Encode(samples, Width, Height, EncodedFiles.Rgb16, "pngsave_buffer");
        Assert.Equal(16, file[24]); // the header's bit depth
        Assert.Equal(Noise.Pixels, Decode(file).Pixels);
    }

    [Fact]
    public void SpreadsGreyOverThreeChannels()
    {
        byte[] grey = [.. Noise.Pixels.Take(Width * Height)];
        var wide = Array.ConvertAll(grey, value => (ushort)(value * 257));
        var expected = grey.SelectMany(value => new[] { value, value, value }).ToArray();
        Assert.Equal(expected, Decode(EncodedFiles.Encode(grey, Width, Height, EncodedFiles.Grey, "pngsave_buffer")).Pixels);
        Assert.Equal(expected, Decode(EncodedFiles.Encode(wide, Width, Height, EncodedFiles.Grey16, "pngsave_buffer")).Pixels);
        var jpeg = Decode(EncodedFiles.Encode(Enumerable.Repeat((byte)77, 64).ToArray(), 8, 8, EncodedFiles.Grey, "jpegsave_buffer"));
        Assert.All(jpeg.Pixels, value => Assert.Equal(77, value));
    }

    [Theory]
    [InlineData("pngsave_buffer")]
    [InlineData("webpsave_buffer")]
    [InlineData("tiffsave_buffer")]
    public void LaysTransparencyOverWhite(string saver)
    {
        var random = new SeededRandom(3);
        var samples = new byte[Width * Height * 4];
        for (var i = 0; i < samples.Length; i++)
            samples[i] = (byte)random.Next(256);
        var image = Decode(EncodedFiles.Encode(samples, Width, Height, EncodedFiles.Srgb, saver, save => _ = saver[0] == 'w' ? save.Set("lossless", true) : save));
        for (var i = 0; i < image.Pixels.Length; i++)
        {
            int alpha = samples[(i / 3 * 4) + 3], value = samples[(i / 3 * 4) + (i % 3)];
            if (saver[0] != 'w' || alpha > 0) // WebP does not keep what nobody sees
                Assert.InRange(image.Pixels[i] - (((alpha * value) + ((255 - alpha) * 255)) / 255.0), -1, 1);
        }
    }

    [Fact]
    public void LaysTransparentGreyAnd16BitsOverWhite()
    {
        byte[] grey = [.. Enumerable.Range(0, 64).SelectMany(_ => new byte[] { 40, 51 })];
        Assert.All(Decode(EncodedFiles.Encode(grey, 8, 8, EncodedFiles.Grey, "pngsave_buffer")).Pixels, value => Assert.InRange(value, 211, 213));
        ushort[] wide = [.. Enumerable.Range(0, 64).SelectMany(_ => new ushort[] { 40 * 257, 80 * 257, 120 * 257, 51 * 257 })];
        var image = Decode(EncodedFiles.Encode(wide, 8, 8, EncodedFiles.Rgb16, "pngsave_buffer"));
        Assert.InRange(image[4, 4].Red, 211, 213);
        Assert.InRange(image[4, 4].Blue, 227, 229);
    }

    [Theory]
    [InlineData("jpegsave_buffer")]
    [InlineData("tiffsave_buffer")]
    public void ConvertsCmyk(string saver)
    {
        Rgb Ink(params byte[] cmyk)
        {
            var samples = Enumerable.Range(0, 256).SelectMany(_ => cmyk).ToArray();
            return Decode(EncodedFiles.Encode(samples, 16, 16, EncodedFiles.Cmyk, saver))[8, 8];
        }

        Assert.All(new[] { Ink(0, 0, 0, 0) }, paper => Assert.True(Math.Min(paper.Red, Math.Min(paper.Green, paper.Blue)) > 245, paper.ToString()));
        Assert.All(new[] { Ink(0, 0, 0, 255) }, black => Assert.True(Math.Max(black.Red, Math.Max(black.Green, black.Blue)) < 60, black.ToString()));
        Assert.All(new[] { Ink(255, 0, 0, 0) }, cyan => Assert.True(cyan.Red < 80 && cyan.Green > 120 && cyan.Blue > 180, cyan.ToString()));
        Assert.All(new[] { Ink(0, 0, 255, 0) }, yellow => Assert.True(yellow.Red > 220 && yellow.Green > 200 && yellow.Blue < 80, yellow.ToString()));
    }

    [Fact]
    public void ConvertsColourProfilesUnlessToldNotTo()
    {
        var file = EncodedFiles.Encode(Ramps, "pngsave_buffer", profile: "p3");
        var asStored = Decode(file, new DecodeOptions { ConvertToSrgb = false });
        Assert.InRange(TestImages.MaxDifference(Ramps, Decode(file)), 0, 10);
        Assert.InRange(TestImages.MaxDifference(Ramps, asStored), 50, 255);
    }

    [Fact]
    public void LeavesSrgbPixelsAloneAndSurvivesABrokenProfile()
    {
        var stored = EncodedFiles.Encode(Noise, "pngsave_buffer", profile: "srgb");
        Assert.Equal(Decode(stored, new DecodeOptions { ConvertToSrgb = false }).Pixels, Decode(stored).Pixels);

        var jpeg = EncodedFiles.Encode(Ramps, "jpegsave_buffer", profile: "p3");
        var description = jpeg.AsSpan().IndexOf("acsp"u8);
        jpeg.AsSpan(description, 64).Fill(0xEE);
        Assert.Equal(Decode(jpeg, new DecodeOptions { ConvertToSrgb = false }).Pixels, Decode(jpeg).Pixels);
    }

    [Fact]
    public void AppliesTheOrientation()
    {
        var file = ImageEncoder.EncodeJpeg(TestImages.Ramps(41, 27));
        var stored = Decode(file);
        for (var orientation = 1; orientation <= 8; orientation++)
        {
            var turned = EncodedFiles.WithOrientation(file, orientation);
            var upright = Decode(turned);
            Assert.Equal(orientation < 5 ? (41, 27) : (27, 41), (upright.Width, upright.Height));
            for (var y = 0; y < upright.Height; y++)
                for (var x = 0; x < upright.Width; x++)
                {
                    var (storedX, storedY) = StoredAt[orientation - 1](x, y, stored.Width - 1, stored.Height - 1);
                    Assert.Equal(stored[storedX, storedY], upright[x, y]);
                }
            Assert.Equal(stored.Pixels, Decode(turned, new DecodeOptions { ApplyOrientation = false }).Pixels);
        }
    }

    [Fact]
    public void ReadsHeaders()
    {
        using var folder = new TestFolder();
        var jpeg = folder.Write("a.jpg", EncodedFiles.WithOrientation(ImageEncoder.EncodeJpeg(Ramps), 6));
        Assert.Equal(new ImageHeader(64, 96, "JPEG"), ImageHeader.Read(jpeg));
        Assert.Equal(new ImageHeader(96, 64, "PNG"), ImageHeader.Read(folder.Write("misnamed.jpg", ImageEncoder.EncodePng(Ramps))));
        if (ImagingLibrary.Probe().Formats.Contains("BMP"))
            Assert.Equal(new ImageHeader(96, 64, "BMP"), ImageHeader.Read(folder.Write("a.bmp", EncodedFiles.Bmp(Ramps))));
        Assert.StartsWith(folder.File("text.png"), Assert.Throws<InvalidDataException>(() => ImageHeader.Read(folder.Write("text.png", "nothing"u8.ToArray()))).Message, StringComparison.Ordinal);
        Assert.Throws<FileNotFoundException>(() => ImageHeader.Read(folder.File("missing.jpg")));
    }

    [Theory]
    [InlineData(0, 1000, 750)]
    [InlineData(501, 1000, 750)]
    [InlineData(500, 500, 375)]
    [InlineData(251, 500, 375)]
    [InlineData(250, 250, 187)]
    [InlineData(10, 125, 93)]
    public void ShrinksWhileDecodingToNoLessThanAsked(int longSide, int width, int height)
    {
        var image = TestImages.Ramps(1000, 750);
        var shrunk = Decode(ImageEncoder.EncodeJpeg(image), new DecodeOptions { ShrinkToLongSide = longSide });
        Assert.Equal((width, height), (shrunk.Width, shrunk.Height));
        Assert.InRange(TestImages.MaxDifference(image[500, 375], shrunk[width / 2, height / 2]), 0, 4);
        var webp = Decode(EncodedFiles.Encode(image, "webpsave_buffer"), new DecodeOptions { ShrinkToShortSide = 200 });
        Assert.InRange(webp.ShortSide, 200, 750);
    }

    [Fact]
    public void DecodesTheSameOnManyThreads()
    {
        byte[][] files = [ImageEncoder.EncodeJpeg(Ramps), ImageEncoder.EncodePng(Noise), EncodedFiles.Encode(Ramps, "webpsave_buffer")];
        var expected = Array.ConvertAll(files, file => Decode(file).Pixels);
        Parallel.For(0, 300, new ParallelOptions { MaxDegreeOfParallelism = 8 }, i => Assert.Equal(expected[i % 3], Decode(files[i % 3]).Pixels));
    }

    private static RgbImage Decode(byte[] file, DecodeOptions? options = null) => ImageDecoder.Decode(file, "test image", options);
}
