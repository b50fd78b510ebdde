namespace Retrieval.Host.Backends.Cpu;

/// <summary>Draws an image's part and flip from its seed, step by step as images.cu does: every device shows the same part.</summary>
internal static class PartDrawing
{
    private const int Attempts = 10;

    /// <summary>The part of the table, or what is drawn in its place.</summary>
    public static ImagePart PartOf(in ImageSource image, in ImageDraw draw)
    {
        var random = new SeededDraws(image.Seed);
        var part = new ImagePart(image.Left, image.Top, image.BoxWidth, image.BoxHeight, image.Flip);
        if (draw.Crop)
            part = Draw(image.Width, image.Height, draw, ref random) with { Flip = image.Flip };
        return draw.FlipProbability > 0 ? part with { Flip = random.NextDouble() < draw.FlipProbability } : part;
    }

    private static ImagePart Draw(int width, int height, in ImageDraw draw, ref SeededDraws random)
    {
        double minLogAspect = Math.Log(draw.MinAspect), maxLogAspect = Math.Log(draw.MaxAspect);
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            var area = random.NextDouble(draw.MinArea, draw.MaxArea) * width * height;
            var aspect = Exponential(random.NextDouble(minLogAspect, maxLogAspect));
            double partWidth = Math.Round(Math.Sqrt(area * aspect)), partHeight = Math.Round(Math.Sqrt(area / aspect));
            if (partWidth < 1 || partHeight < 1 || partWidth > width || partHeight > height)
                continue;
            int top = random.NextBelow(height - (int)partHeight + 1), left = random.NextBelow(width - (int)partWidth + 1);
            return new ImagePart(left, top, (float)partWidth, (float)partHeight, false);
        }
        return Central(width, height, draw);
    }

    /// <summary>The largest part in the middle with an allowed shape.</summary>
    private static ImagePart Central(int width, int height, in ImageDraw draw)
    {
        var aspect = width / (double)height;
        var partHeight = aspect < draw.MinAspect ? Side(width / draw.MinAspect, height) : height;
        var partWidth = aspect > draw.MaxAspect ? Side(height * draw.MaxAspect, width) : width;
        return new ImagePart((width - partWidth) / 2, (height - partHeight) / 2, partWidth, partHeight, false);
    }

    private static int Side(double exact, int most) => Math.Max(1, (int)Math.Min(Math.Round(exact), most));

    /// <summary>e^x with the same bits on every device: seeded_random.cuh explains it.</summary>
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
}
