using Retrieval.Imaging;
using Xunit;

namespace Retrieval.Tests.Imaging;

/// <summary>Torn, empty, lying and hostile files: one line that names them, or a whole image; nothing else.</summary>
public sealed class DamagedImageTests
{
    private const string Name = "photos/some name.jpg";

    /// <summary>Small, so that no mutated header can ask for much.</summary>
    private static readonly DecodeOptions Limited = new() { PixelLimit = 1 << 20 };

    public static TheoryData<string> Kinds => ["jpeg", "progressive jpeg", "png", "interlaced png", "webp", "lossless webp", "tiff", "gif", "bmp"];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void RefusesTruncatedFilesOrReadsThemWhole(string kind)
    {
        var file = File(kind);
        var whole = ImageDecoder.Decode(file, Name).Pixels;
        var refused = 0;
        for (var cut = 0; cut < 60; cut++)
        {
            var length = file.Length * cut / 60;
            if (TryDecode(file[..length], DecodeOptions.Default) is { } image)
                Assert.Equal(whole, image.Pixels);
            else
                refused++;
        }
        Assert.InRange(refused, 30, 60);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void SurvivesMutations(string kind)
    {
        var file = File(kind);
        var random = new SeededRandom(17, (ulong)file.Length);
        var read = 0;
        for (var round = 0; round < 60; round++)
        {
            var image = TryDecode(Mutate(file, random, round), Limited);
            if (image is not null)
            {
                read++;
                Assert.InRange((long)image.Width * image.Height, 1, Limited.PixelLimit);
                Assert.Equal(image.Width * image.Height * 3, image.Pixels.Length);
            }
        }
        TestContext.Current.SendDiagnosticMessage("{0}: {1} of 60 mutations read", kind, read);
        Assert.InRange(read, 0, 59);
    }

    [Fact]
    public void RefusesWhatIsNoImage()
    {
        var random = new SeededRandom(5);
        for (var length = 0; length < 64; length++)
        {
            var garbage = new byte[length];
            foreach (ref var value in garbage.AsSpan())
                value = (byte)random.Next(256);
            Assert.Null(TryDecode(garbage, DecodeOptions.Default));
        }
        Assert.Contains("empty", Message([]), StringComparison.Ordinal);
        Assert.Contains("not an image of a known format", Message("<html>not found</html>"u8.ToArray()), StringComparison.Ordinal);
    }

    [Fact]
    public void RefusesBombsByTheirHeader()
    {
        var png = EncodedFiles.WithPngSize(ImageEncoder.EncodePng(TestImages.Ramps(8, 8)), 60_000, 60_000);
        Assert.Equal($"{Name}: the image has 60000 x 60000 pixels, more than the limit of 178956970", Message(png));
        var jpeg = EncodedFiles.WithJpegSize(ImageEncoder.EncodeJpeg(TestImages.Ramps(8, 8)), 65_000, 65_000);
        Assert.Contains("more than the limit", Message(jpeg), StringComparison.Ordinal);
        var small = ImageEncoder.EncodePng(TestImages.Ramps(100, 100));
        Assert.Contains("more than the limit of 9999", Message(small, new DecodeOptions { PixelLimit = 9999 }), StringComparison.Ordinal);
        Assert.Equal(100, ImageDecoder.Decode(small, Name, new DecodeOptions { PixelLimit = 10_000 }).Width);
    }

    [Fact]
    public void RefusesHeadersThatTheFileCannotFill()
    {
        var png = EncodedFiles.WithPngSize(ImageEncoder.EncodePng(TestImages.Ramps(8, 8)), 13_000, 13_000);
        Assert.Contains("announces 13000 x 13000 pixels, more than a PNG file", Message(png), StringComparison.Ordinal);
        var jpeg = EncodedFiles.WithJpegSize(ImageEncoder.EncodeJpeg(TestImages.Ramps(8, 8)), 13_000, 13_000);
        Assert.Contains("announces 13000 x 13000 pixels, more than a JPEG file", Message(jpeg), StringComparison.Ordinal);
    }

    [Fact]
    public void GivesWhatItCouldReadWhenAsked()
    {
        var file = File("jpeg");
        var torn = file[..(file.Length / 2)];
        Assert.Null(TryDecode(torn, DecodeOptions.Default));
        var half = ImageDecoder.Decode(torn, Name, new DecodeOptions { AcceptDamaged = true });
        Assert.Equal((48, 40), (half.Width, half.Height));
    }

    [Fact]
    public void DoesNotMindWhatCamerasAppend()
    {
        var file = File("jpeg");
        var whole = ImageDecoder.Decode(file, Name).Pixels;
        Assert.Equal(whole, ImageDecoder.Decode((byte[])[.. file, .. "appended"u8], Name).Pixels);
        Assert.Equal(whole, ImageDecoder.Decode((byte[])[.. file.AsSpan(0, file.Length - 2), 0, 1, 2, 3, 0xFF, 0xD9], Name).Pixels);
    }

    [Fact]
    public void GivesEachFailureItsOwnReasonOnManyThreads()
    {
        byte[][] torn = [File("jpeg")[..700], File("png")[..300], File("webp")[..200]];
        var alone = Array.ConvertAll(torn, file => Message(file));
        Assert.Equal(3, alone.Distinct().Count());
        Parallel.For(0, 150, new ParallelOptions { MaxDegreeOfParallelism = 8 }, i => Assert.Equal(alone[i % 3], Message(torn[i % 3])));
    }

    [Fact]
    public void GivesAReasonWhereTheLoaderOnlyWarns()
    {
        var file = File("png");
        file[30] ^= 1; // the header's checksum
        Assert.DoesNotContain("no reason given", Message(file), StringComparison.Ordinal);
    }

    [Fact]
    public void ReportsMissingFilesAsMissing()
    {
        using var folder = new TestFolder();
        Assert.Throws<FileNotFoundException>(() => ImageDecoder.Decode(folder.File("missing.jpg")));
        var empty = folder.Write("empty.jpg", []);
        Assert.Equal($"{empty}: the file is empty", Assert.Throws<InvalidDataException>(() => ImageDecoder.Decode(empty)).Message);
    }

    private static byte[] Mutate(byte[] original, SeededRandom random, int round)
    {
        var file = original.ToArray();
        switch (round % 6)
        {
            case 0: // single bits
                for (var i = random.Next(8); i >= 0; i--)
                    file[random.Next(file.Length)] ^= (byte)(1 << random.Next(8));
                return file;
            case 1: // header bytes
                for (var i = random.Next(4); i >= 0; i--)
                    file[Math.Min(file.Length - 1, 12 + random.Next(64))] = (byte)random.Next(256);
                return file;
            case 2: // lengths and counts at their extremes
                var at = random.Next(file.Length - 4);
                file.AsSpan(at, 4).Fill((byte)(random.NextBoolean() ? 0xFF : 0));
                return file;
            case 3: // a piece missing
                var start = random.Next(file.Length);
                return [.. file.AsSpan(0, start), .. file.AsSpan(start + random.Next(file.Length - start))];
            case 4: // a piece twice
                var from = random.Next(file.Length);
                return [.. file, .. file.AsSpan(from), .. file.AsSpan(0, from)];
            default: // noise behind a good start
                foreach (ref var value in file.AsSpan(random.Next(file.Length)))
                    value = (byte)random.Next(256);
                return file;
        }
    }

    /// <summary>The image, or null if it was refused in one line that starts with its name.</summary>
    private static RgbImage? TryDecode(byte[] file, DecodeOptions options)
    {
        try
        {
            return ImageDecoder.Decode(file, Name, options);
        }
        catch (InvalidDataException refused)
        {
            Assert.StartsWith(Name + ": ", refused.Message, StringComparison.Ordinal);
            Assert.DoesNotContain(refused.Message, char.IsControl);
            return null;
        }
    }

    private static string Message(byte[] file, DecodeOptions? options = null) =>
        Assert.Throws<InvalidDataException>(() => ImageDecoder.Decode(file, Name, options)).Message;

    private static byte[] File(string kind)
    {
        var image = TestImages.Noise(48, 40);
        return kind switch
        {
            "jpeg" => ImageEncoder.EncodeJpeg(image),
            "progressive jpeg" => EncodedFiles.Encode(image, "jpegsave_buffer", save => save.Set("interlace", true)),
            "png" => ImageEncoder.EncodePng(image),
            "interlaced png" => EncodedFiles.Encode(image, "pngsave_buffer", save => save.Set("interlace", true)),
            "webp" => EncodedFiles.Encode(image, "webpsave_buffer"),
            "lossless webp" => EncodedFiles.Encode(image, "webpsave_buffer", save => save.Set("lossless", true)),
            "tiff" => EncodedFiles.Encode(image, "tiffsave_buffer", save => save.Set("compression", 3)),
            "gif" => EncodedFiles.Encode(image, "gifsave_buffer"),
            _ => EncodedFiles.Bmp(image),
        };
    }
}
