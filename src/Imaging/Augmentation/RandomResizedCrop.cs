using Retrieval.Imaging.Resampling;

namespace Retrieval.Imaging.Augmentation;

/// <summary>
/// A random part of the image, of random area and shape, resized to a fixed size: torchvision's rule. Ten draws of area and shape
/// are tried; if none fits into the image, the largest central part with an allowed shape is taken.
/// </summary>
public sealed record RandomResizedCrop
{
    private const int Attempts = 10;

    /// <summary>Pixels of the result.</summary>
    public required int Width { get; init; }

    /// <summary>Pixels of the result.</summary>
    public required int Height { get; init; }

    /// <summary>Smallest and largest share of the image's area.</summary>
    public (double Min, double Max) Scale { get; init; } = (0.08, 1);

    /// <summary>Smallest and largest width over height of the part; its logarithm is uniform.</summary>
    public (double Min, double Max) Aspect { get; init; } = (3.0 / 4, 4.0 / 3);

    public ResampleFilter Filter { get; init; } = ResampleFilter.Bilinear;

    /// <exception cref="ArgumentException">A value is out of range.</exception>
    public void Validate()
    {
        if (Width < 1 || Height < 1)
            throw new ArgumentException($"a random resized crop needs a size of at least 1 x 1, got {Width} x {Height}");
        if (!(Scale.Min > 0 && Scale.Min <= Scale.Max && Scale.Max <= 1))
            throw new ArgumentException($"the area of a random crop must satisfy 0 < min <= max <= 1, got {Scale.Min} to {Scale.Max}");
        if (!(Aspect.Min > 0 && Aspect.Min <= Aspect.Max && double.IsFinite(Aspect.Max)))
            throw new ArgumentException($"the aspect ratio of a random crop must satisfy 0 < min <= max, got {Aspect.Min} to {Aspect.Max}");
    }

    /// <summary>Draws a part and resizes it.</summary>
    public RgbImage Apply(RgbImage image, SeededRandom random)
    {
        ArgumentNullException.ThrowIfNull(image);
        var part = Draw(image.Width, image.Height, random);
        return image.Crop(part.Left, part.Top, part.Width, part.Height).Resize(Width, Height, Filter);
    }

    /// <summary>Draws the part of an image of <paramref name="width"/> x <paramref name="height"/> alone.</summary>
    public (int Left, int Top, int Width, int Height) Draw(int width, int height, SeededRandom random)
    {
        ArgumentNullException.ThrowIfNull(random);
        Validate();
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            var area = random.NextDouble(Scale.Min, Scale.Max) * width * height;
            var aspect = Exponential(random.NextDouble(Math.Log(Aspect.Min), Math.Log(Aspect.Max)));
            double partWidth = Math.Round(Math.Sqrt(area * aspect)), partHeight = Math.Round(Math.Sqrt(area / aspect));
            if (partWidth >= 1 && partHeight >= 1 && partWidth <= width && partHeight <= height)
            {
                var top = random.Next(height - (int)partHeight + 1);
                var left = random.Next(width - (int)partWidth + 1);
                return (left, top, (int)partWidth, (int)partHeight);
            }
        }
        return Central(width, height);
    }

    private (int Left, int Top, int Width, int Height) Central(int width, int height)
    {
        var aspect = width / (double)height;
        var partHeight = aspect < Aspect.Min ? Side(width / Aspect.Min, height) : height;
        var partWidth = aspect > Aspect.Max ? Side(height * Aspect.Max, width) : width;
        return ((width - partWidth) / 2, (height - partHeight) / 2, partWidth, partHeight);
    }

    /// <summary>
    /// e^x, with the same bits on every machine and on a GPU, which <see cref="Math.Exp"/> does not promise: a seed then means the same
    /// part everywhere. x = n ln 2 + r with |r| up to ln 2 / 2; the series of e^r to r^13 / 13! leaves less than half a unit in the last place.
    /// </summary>
    private static double Exponential(double x)
    {
        var n = Math.Round(x * 1.4426950408889634);
        var r = Math.FusedMultiplyAdd(-n, 2.3190468138462996e-17, Math.FusedMultiplyAdd(-n, 0.6931471805599453, x));
        double sum = 0, factorial = 6227020800;
        for (var power = 13; power >= 0; power--)
        {
            sum = Math.FusedMultiplyAdd(sum, r, 1 / factorial);
            factorial /= Math.Max(1, power);
        }
        return sum * BitConverter.Int64BitsToDouble((1023 + (long)n) << 52);
    }

    private static int Side(double exact, int most) => Math.Clamp((int)Math.Round(exact), 1, most);
}
