using Retrieval.Host;
using Retrieval.Imaging;
using Retrieval.Imaging.Resampling;
using Retrieval.Tests.Imaging;
using Retrieval.Tests.Support;
using Xunit;

namespace Retrieval.Tests.Host;

/// <summary>
/// Batches of images against Imaging's own resampler, against reference cases, and against sums in double. What rounds to
/// bytes after each of two passes differs by less than one level of 255.
/// </summary>
public sealed class ImageTests : OperatorTests
{
    private const float Level = 1.001f / 255;

    private static readonly float[] Mean = [0.485f, 0.456f, 0.406f], Std = [0.229f, 0.224f, 0.225f], NoMean = [0, 0, 0], NoStd = [1, 1, 1];

    /// <summary>Width and height of the image, of the result.</summary>
    public static TheoryData<int, int, int, int> Sizes { get; } = new()
    {
        { 1, 1, 1, 1 },
        { 1, 1, 5, 7 },
        { 31, 33, 32, 32 },
        { 47, 61, 13, 8 },
        { 20, 13, 67, 71 },
        { 300, 3, 1, 31 },
        { 40, 30, 40, 12 },
    };

    [DeviceTheory]
    [MemberData(nameof(Sizes))]
    public void ShowsWhatImagingShows(DeviceName on, int width, int height, int outWidth, int outHeight)
    {
        Open(on);
        RgbImage[] images = [TestImages.Noise(width, height, 1), TestImages.Ramps(width + 3, height + 1)];
        foreach (var flip in new[] { false, true })
        {
            var values = Prepare(images, [.. Sources(images).Select(source => source with { Flip = flip })], outWidth, outHeight, Mean, Std);
            Near([.. images.SelectMany(image => Normalised(image.Resize(outWidth, outHeight), flip))], values, Level / 0.224f);
        }
    }

    [DeviceTheory]
    public void ABoxIsCutOutFirst(DeviceName on)
    {
        Open(on);
        var image = TestImages.Noise(50, 40);
        var values = Prepare([image], [Sources([image])[0] with { Left = 7, Top = 5, BoxWidth = 30, BoxHeight = 33 }], 12, 16, Mean, Std);
        Near(Normalised(image.Crop(7, 5, 30, 33).Resize(12, 16)), values, Level / 0.224f);
    }

    [DeviceTheory]
    public void ABoxAsLargeAsTheResultIsCopied(DeviceName on)
    {
        Open(on);
        var image = TestImages.Noise(50, 40);
        var values = Prepare([image], [Sources([image])[0] with { Left = 9, Top = 2, BoxWidth = 33, BoxHeight = 31 }], 33, 31, Mean, Std);
        Near(Normalised(image.Crop(9, 2, 33, 31)), values, 1e-6f);
    }

    [DeviceTheory]
    [InlineData(0.25f, 0.75f, 10.5f, 7.25f)]
    [InlineData(3.4f, 0, 2.1f, 9)]
    [InlineData(12.9f, 8.9f, 0.05f, 0.05f)]
    public void ABoxMayHaveFractions(DeviceName on, float left, float top, float boxWidth, float boxHeight)
    {
        Open(on);
        var image = TestImages.Noise(13, 9);
        var values = Prepare([image], [Sources([image])[0] with { Left = left, Top = top, BoxWidth = boxWidth, BoxHeight = boxHeight }], 6, 4, NoMean, NoStd);
        var expected = new List<double>();
        for (var y = 0; y < 4; y++)
            for (var x = 0; x < 6; x++)
                for (var c = 0; c < 3; c++)
                    expected.Add(Taps(y, 4, top, boxHeight, 9).Sum(row => row.Weight * Taps(x, 6, left, boxWidth, 13).Sum(column => column.Weight * image.Row(row.Pixel)[(column.Pixel * 3) + c])) / 255);
        Reference.Close(expected, values, 2e-5);
    }

    [DeviceTheory]
    [OracleData("resize")]
    public void ReferenceResizes(DeviceName on, string path)
    {
        var oracle = OracleCase.Load(path);
        // The operator has one filter; Imaging is held against the cases of the others.
        if (!oracle.Text("filter").Equals("bilinear", StringComparison.OrdinalIgnoreCase))
            return;
        Open(on);
        var image = Input(oracle);
        var values = Prepare([image], Sources([image]), oracle.Integer("width"), oracle.Integer("height"), NoMean, NoStd);
        Near([.. oracle.Bytes("out.image").Select(value => value / 255f)], values, Level);
    }

    [DeviceTheory]
    [OracleData("reid_val", "normalize")]
    public void ReferenceTensors(DeviceName on, string path)
    {
        Open(on);
        var oracle = OracleCase.Load(path);
        var image = Input(oracle);
        int[] shape = oracle.Shape("out.tensor");
        float[] mean = [.. oracle.List("mean").Select(value => (float)value)], std = [.. oracle.List("std").Select(value => (float)value)];
        var values = Prepare([image], Sources([image]), shape[2], shape[1], mean, std);
        float[] planes = oracle.Floats("out.tensor");
        var pixels = shape[1] * shape[2];
        Near([.. planes.Select((_, i) => planes[(i % 3 * pixels) + (i / 3)])], values, Level / std.Min());
    }

    [DeviceTheory]
    [InlineData(-3, 2)]
    [InlineData(4, -5)]
    [InlineData(-9, -8)]
    public void OutsideTheImageLiesBlack(DeviceName on, int left, int top)
    {
        Open(on);
        var image = TestImages.Noise(20, 16);
        foreach (var flip in new[] { false, true })
        {
            var source = Sources([image])[0] with { Left = left, Top = top, Flip = flip };
            Near(Normalised(image.CropPadded(left, top, 20, 16), flip), Prepare([image], [source], 20, 16, Mean, Std), 1e-6f);
            Near(Normalised(image.CropPadded(left, top, 20, 16).Resize(9, 7), flip), Prepare([image], [source], 9, 7, Mean, Std), Level / 0.224f);
        }
    }

    [DeviceTheory]
    public void ABoxOfTheResultIsCovered(DeviceName on)
    {
        Open(on);
        var image = TestImages.Noise(13, 11);
        var source = Sources([image])[0] with { Erased = new ImageErasure(3, 2, 5, 8, 0.1f, 0.5f, 1) };
        float[] plain = Prepare([image], Sources([image]), 13, 11, NoMean, NoStd), covered = Prepare([image], [source], 13, 11, NoMean, NoStd);
        for (var i = 0; i < plain.Length; i++)
        {
            var (row, column) = Math.DivRem(i / 3, 13);
            var inside = column is >= 3 and < 8 && row is >= 2 and < 10;
            Assert.Equal(inside ? new[] { 0.1f, 0.5f, 1 }[i % 3] : plain[i], covered[i], 1e-6f);
        }
    }

    [DeviceTheory(Kind = "cuda")]
    public void ABatchMayBeBFloat16(DeviceName on)
    {
        Open(on);
        RgbImage[] images = [TestImages.Noise(47, 33, 1), TestImages.Ramps(70, 80)];
        float[] full = Prepare(images, Sources(images), 31, 17, Mean, Std);
        var y = Device.Rent(new Shape(2, 17, 31, 3), ElementType.BFloat16);
        Operators.PrepareImages(Bytes(images), Sources(images), Mean, Std, y);
        Assert.Equal(full.Select(value => (BFloat16)value), y.ToArray<BFloat16>());
    }

    [DeviceTheory]
    public void NoImagesAreNoWork(DeviceName on)
    {
        Open(on);
        Operators.PrepareImages(Device.Rent<byte>(new Shape(0), []), [], Mean, Std, Device.Rent(new Shape(0, 5, 5, 3)));
    }

    [Fact]
    public void RefusesWhatLiesOutside()
    {
        var pixels = Device.Rent<byte>(new Shape(60), new byte[60]);
        var y = Device.Rent(new Shape(1, 2, 2, 3));
        Assert.Equal("PrepareImages: image 0 of 4 x 5 at 1 does not lie in the 60 bytes of pixels", Refusal(new ImageSource(1, 4, 5)));
        const string nothing = "shows nothing of 4 x 5, or reaches further beyond it than it is long";
        Assert.Equal($"PrepareImages: image 0: the box 4 x 5 at (0, 5) {nothing}", Refusal(new ImageSource(0, 4, 5) with { Left = 5 }));
        Assert.Equal($"PrepareImages: image 0: the box 4 x 5 at (-4, 0) {nothing}", Refusal(new ImageSource(0, 4, 5) with { Top = -4 }));
        Assert.Equal($"PrepareImages: image 0: the box 4 x 11 at (0, 0) {nothing}", Refusal(new ImageSource(0, 4, 5) with { BoxWidth = 11 }));
        Assert.Equal($"PrepareImages: image 0: the box 4 x NaN at (0, 0) {nothing}", Refusal(new ImageSource(0, 4, 5) with { BoxWidth = float.NaN }));
        Assert.Equal("PrepareImages: image 0: the covered box 1 x 2 at (0, 1) is not inside 2 x 2", Refusal(new ImageSource(0, 4, 5) with { Erased = new ImageErasure(1, 0, 2, 1, 0, 0, 0) }));
        foreach (var steps in new[] { 6, 0x10, 0x22, -1 })
            Assert.EndsWith("is not a change of colour", Refusal(new ImageSource(0, 4, 5) with { Colour = default(ImageColour) with { Steps = steps } }), StringComparison.Ordinal);

        string Refusal(ImageSource image) => Assert.Throws<OperatorException>(() => Operators.PrepareImages(pixels, [image], Mean, Std, y)).Message;
    }

    private float[] Prepare(RgbImage[] images, ImageSource[] sources, int width, int height, float[] mean, float[] std)
    {
        using var y = new GuardedTensor(Device, new Shape(images.Length, height, width, 3));
        Operators.PrepareImages(Bytes(images), sources, mean, std, y.Tensor);
        return y.Values();
    }

    private Tensor Bytes(RgbImage[] images)
    {
        byte[] bytes = [.. images.SelectMany(image => image.Pixels)];
        return Device.Rent<byte>(new Shape(bytes.Length), bytes);
    }

    private static ImageSource[] Sources(RgbImage[] images)
    {
        var offset = 0L;
        return [.. images.Select(image =>
        {
            var source = new ImageSource(offset, image.Height, image.Width);
            offset += image.Pixels.Length;
            return source;
        })];
    }

    private static float[] Normalised(RgbImage image, bool flip = false)
    {
        var values = new float[image.Pixels.Length];
        ImageNormalizer.ImageNet.Write(image, values, flip);
        return values;
    }

    private static RgbImage Input(OracleCase oracle)
    {
        var shape = oracle.Shape("in.image");
        return new RgbImage(shape[1], shape[0], oracle.Bytes("in.image"));
    }

    /// <summary>The pixels of one axis and their weights, which sum to 1.</summary>
    private static (int Pixel, double Weight)[] Taps(int output, int outputs, double start, double length, int pixels)
    {
        double scale = length / outputs, radius = Math.Max(1, scale), centre = start + ((output + 0.5) * scale);
        int first = (int)start, end = Math.Min(pixels, (int)Math.Ceiling(start + length));
        var taps = Enumerable.Range(first, end - first).Select(pixel => (Pixel: pixel, Weight: Math.Max(0, 1 - (Math.Abs(pixel + 0.5 - centre) / radius)))).ToArray();
        var total = taps.Sum(tap => tap.Weight);
        return [.. taps.Select(tap => (tap.Pixel, tap.Weight / total))];
    }

    private static void Near(float[] expected, float[] actual, float tolerance)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (var i = 0; i < expected.Length; i++)
            Assert.True(Math.Abs(expected[i] - actual[i]) <= tolerance, $"value {i}: expected {expected[i]}, got {actual[i]}");
    }
}
