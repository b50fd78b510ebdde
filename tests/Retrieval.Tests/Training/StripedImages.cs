using Retrieval.Imaging;
using Retrieval.Training.Data;

namespace Retrieval.Tests.Training;

/// <summary>Small images of stripes: direction and width make the class; phase, colours and noise are drawn, so colour tells nothing.</summary>
internal static class StripedImages
{
    private const double Noise = 30;

    /// <summary>A class after another.</summary>
    public static MemoryImageSource Source(int classes, int perClass, Func<int, (int Width, int Height)>? size = null) =>
        new([.. Enumerable.Range(0, classes * perClass).Select(i => Draw(i / perClass, classes, (ulong)i, size?.Invoke(i) ?? (16, 16)))], i => $"striped/{i:D4}");

    public static int[] Labels(int classes, int perClass) => [.. Enumerable.Range(0, classes * perClass).Select(i => i / perClass)];

    /// <summary>Images with their labels as training data.</summary>
    public static TupleDataset Dataset(int classes, int perClass, Func<int, (int Width, int Height)>? size = null) =>
        TupleDataset.FromLabels(Source(classes, perClass, size), Labels(classes, perClass)) with { Description = "stripes" };

    private static RgbImage Draw(int label, int classes, ulong number, (int Width, int Height) size)
    {
        var random = new SeededRandom(11, number);
        var angle = Math.PI * label / classes;
        var frequency = 0.6 + (0.5 * (label % 3));
        double phase = random.NextDouble(0, 2 * Math.PI), dark = random.NextDouble(20, 100), contrast = random.NextDouble(60, 120);
        double[] tint = [random.NextDouble(0.5, 1), random.NextDouble(0.5, 1), random.NextDouble(0.5, 1)];
        var image = new RgbImage(size.Width, size.Height);
        for (var y = 0; y < size.Height; y++)
            for (var x = 0; x < size.Width; x++)
            {
                var wave = 1 + Math.Sin((frequency * ((x * Math.Cos(angle)) + (y * Math.Sin(angle)))) + phase);
                byte Shade(int channel) => (byte)Math.Clamp((tint[channel] * (dark + (contrast * wave / 2))) + random.NextDouble(0, Noise), 0, 255);
                image[x, y] = new Rgb(Shade(0), Shade(1), Shade(2));
            }
        return image;
    }
}
