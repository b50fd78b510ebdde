using Retrieval.Host;
using Retrieval.Tests.Support;
using Xunit;

namespace Retrieval.Tests.Host;

/// <summary>Changes of colour in a batch of images against plain formulas in double, on pictures whose blocks and rows are not full.</summary>
public sealed class ImageColourTests : OperatorTests
{
    private const int Brightness = 1, Contrast = 2, Saturation = 3, Hue = 4, Lighting = 5;

    /// <summary>Last-bit rounding of values up to 1 over a handful of steps; hue divides by the colour's range.</summary>
    private const double Tolerance = 2e-6;

    private static readonly ImageColour Amounts = new(0, 1.3f, 0.8f, 1.25f, 0.17f, 0.02f, -0.03f, 0.01f, 0.95f);

    public static TheoryData<int[]> Orders { get; } = new()
    {
        { [Brightness] },
        { [Contrast] },
        { [Saturation] },
        { [Hue] },
        { [Lighting] },
        { [Brightness, Contrast, Saturation, Hue, Lighting] },
        { [Hue, Saturation, Contrast, Brightness] },
        { [Lighting, Contrast, Brightness, Brightness] },
    };

    [DeviceTheory]
    [MemberData(nameof(Orders))]
    public void EachStepIsItsFormulaInTheGivenOrder(DeviceName on, int[] order)
    {
        Open(on);
        foreach (var (width, height) in new[] { (1, 1), (7, 5), (61, 47) })
        {
            byte[] bytes = Bytes(width * height * 6);
            var changed = new ImageSource(0, height, width) { Colour = Amounts with { Steps = Packed(order) } };
            var plain = new ImageSource(width * height * 3, height, width);
            // The plain image keeps its colours beside one whose mean is wanted.
            using var y = new GuardedTensor(Device, new Shape(2, height, width, 3));
            Operators.PrepareImages(Device.Rent<byte>(new Shape(bytes.Length), bytes), [changed, plain], [0, 0, 0], [1, 1, 1], y.Tensor);
            var pixels = bytes.Chunk(3).Select(pixel => pixel.Select(value => value / 255.0).ToArray()).ToArray();
            var expected = Changed(pixels[..(width * height)], order).Concat(pixels[(width * height)..]);
            Reference.Close([.. expected.SelectMany(pixel => pixel)], y.Values(), Tolerance);
        }
    }

    [DeviceTheory]
    public void FactorsOfOneAndATurnOfZeroChangeNothing(DeviceName on)
    {
        Open(on);
        byte[] bytes = Bytes(31 * 33 * 3);
        var image = new ImageSource(0, 33, 31) { Colour = new ImageColour(Packed([Contrast, Brightness, Hue, Saturation, Lighting]), 1, 1, 1, 0, 0, 0, 0, 1) };
        using var y = new GuardedTensor(Device, new Shape(1, 33, 31, 3));
        Operators.PrepareImages(Device.Rent<byte>(new Shape(bytes.Length), bytes), [image], [0, 0, 0], [1, 1, 1], y.Tensor);
        Reference.Close([.. bytes.Select(value => value / 255.0)], y.Values(), Tolerance);
    }

    /// <summary>Pillow drops the fraction of each value, which brightness spreads; it counts hue and saturation in 255 steps, of which one moves a colour by up to six levels.</summary>
    [DeviceTheory]
    [InlineData("Brightness", Brightness, 1.01)]
    [InlineData("Contrast", Contrast, 1.5)]
    [InlineData("Saturation", Saturation, 1.5)]
    [InlineData("Hue", Hue, 8)]
    public void JitterIsPillowsButForItsRounding(DeviceName on, string operation, int step, double levels)
    {
        Open(on);
        var reference = PillowReference.Load();
        var image = reference.Image("in.image");
        var amounts = new ImageColour(step, reference.Number("brightness"), reference.Number("contrast"), reference.Number("saturation"), reference.Number("hue"), 0, 0, 0, 1);
        using var y = new GuardedTensor(Device, new Shape(1, image.Height, image.Width, 3));
        Operators.PrepareImages(Device.Rent<byte>(new Shape(image.Pixels.Length), image.Pixels), [new ImageSource(0, image.Height, image.Width) { Colour = amounts }], [0, 0, 0], [1, 1, 1], y.Tensor);
        byte[] expected = reference.Image($"out.jitter.{operation}").Pixels;
        var values = y.Values();
        Assert.All(expected.Index(), item => Assert.InRange((255 * values[item.Index]) - item.Item, -levels, levels));
    }

    private static int Packed(int[] order) => order.Select((step, place) => step << (4 * place)).Sum();

    private static byte[] Bytes(int count)
    {
        var bytes = new byte[count];
        new Random(7).NextBytes(bytes);
        // Grey, black, white and saturated pixels among them.
        for (var i = 0; i + 30 < count; i += 30)
            bytes.AsSpan(i, 3).Fill((byte)(i % 3 * 127));
        return bytes;
    }

    private static double[][] Changed(double[][] pixels, int[] order)
    {
        foreach (var step in order)
        {
            var mean = pixels.Average(Luminance);
            pixels = [.. pixels.Select(pixel => Change(step, pixel, mean).Select(value => Math.Clamp(value, 0, 1)).ToArray())];
        }
        return pixels;
    }

    private static double[] Change(int step, double[] pixel, double mean) => step switch
    {
        Brightness => [.. pixel.Select(value => value * Amounts.Brightness)],
        Contrast => [.. pixel.Select(value => mean + (Amounts.Contrast * (value - mean)))],
        Saturation => [.. pixel.Select(value => Luminance(pixel) + (Amounts.Saturation * (value - Luminance(pixel))))],
        Hue => Turned(pixel, Amounts.Hue),
        _ => [(pixel[0] + Amounts.LightRed) * Amounts.LightGain, (pixel[1] + Amounts.LightGreen) * Amounts.LightGain, (pixel[2] + Amounts.LightBlue) * Amounts.LightGain],
    };

    private static double Luminance(double[] pixel) => (0.299 * pixel[0]) + (0.587 * pixel[1]) + (0.114 * pixel[2]);

    /// <summary>By way of the six sectors of HSV's hexagon.</summary>
    private static double[] Turned(double[] pixel, double turn)
    {
        double value = pixel.Max(), range = value - pixel.Min();
        if (range == 0)
            return pixel;
        var sixth = value == pixel[0] ? (pixel[1] - pixel[2]) / range : value == pixel[1] ? 2 + ((pixel[2] - pixel[0]) / range) : 4 + ((pixel[0] - pixel[1]) / range);
        sixth = (sixth + (6 * turn) + 6) % 6;
        double low = value - range, rising = low + (range * (sixth % 1)), falling = value - (range * (sixth % 1));
        return (int)sixth switch
        {
            0 => [value, rising, low],
            1 => [falling, value, low],
            2 => [low, value, rising],
            3 => [low, falling, value],
            4 => [rising, low, value],
            _ => [value, low, falling],
        };
    }
}
