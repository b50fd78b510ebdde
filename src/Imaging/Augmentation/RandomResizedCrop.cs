namespace Retrieval.Imaging.Augmentation;

/// <summary>
/// A random part of the image, of random area and shape, resized to a fixed size: torchvision's rule. Ten draws of area and shape
/// are tried; if none fits into the image, the largest central part with an allowed shape is taken.
/// </summary>
/// <param name="Width">Pixels of the result; 0 for the image's own width.</param>
/// <param name="Height">Pixels of the result; 0 for the image's own height.</param>
/// <param name="MinimumArea">Smallest share of the image's area, above 0.</param>
/// <param name="MaximumArea">Largest share, at most 1.</param>
/// <param name="MinimumAspect">Smallest width over height of the part; its logarithm is uniform.</param>
/// <param name="MaximumAspect">Largest width over height.</param>
public sealed record RandomResizedCrop(int Width = 0, int Height = 0, double MinimumArea = 0.08, double MaximumArea = 1,
    double MinimumAspect = 3.0 / 4, double MaximumAspect = 4.0 / 3) : Augmentation
{
    private const int Attempts = 10, LongestSide = 16384;

    internal override AugmentationStage Stage => AugmentationStage.Geometry;

    /// <inheritdoc/>
    public override void Validate()
    {
        Require(Width is >= 0 and <= LongestSide && Height is >= 0 and <= LongestSide && (Width == 0) == (Height == 0),
            $"random crop: expected a size of 1 to {LongestSide} pixels a side, or 0 x 0 for the image's own, got {Width} x {Height}");
        Require(MinimumArea > 0 && MinimumArea <= MaximumArea && MaximumArea <= 1, $"area of a random crop: expected 0 < minimum <= maximum <= 1, got {MinimumArea} to {MaximumArea}");
        Require(MinimumAspect > 0 && MinimumAspect <= MaximumAspect && double.IsFinite(MaximumAspect),
            $"width over height of a random crop: expected 0 < minimum <= maximum, got {MinimumAspect} to {MaximumAspect}");
    }

    /// <summary>Draws the part of an image of <paramref name="width"/> x <paramref name="height"/>.</summary>
    public (int Left, int Top, int Width, int Height) Draw(int width, int height, SeededRandom random)
    {
        ArgumentNullException.ThrowIfNull(random);
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            var area = random.NextDouble(MinimumArea, MaximumArea) * width * height;
            var aspect = Math.Exp(random.NextDouble(Math.Log(MinimumAspect), Math.Log(MaximumAspect)));
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

    internal override AugmentedImage Apply(AugmentedImage image, SeededRandom random)
    {
        var view = image.View;
        var part = Draw(view.Width, view.Height, random);
        var (width, height) = Width == 0 ? (view.Width, view.Height) : (Width, Height);
        return image with { View = view.Cut(part.Left, part.Top, part.Width, part.Height, width, height) };
    }

    private (int Left, int Top, int Width, int Height) Central(int width, int height)
    {
        var aspect = width / (double)height;
        var partHeight = aspect < MinimumAspect ? Side(width / MinimumAspect, height) : height;
        var partWidth = aspect > MaximumAspect ? Side(height * MaximumAspect, width) : width;
        return ((width - partWidth) / 2, (height - partHeight) / 2, partWidth, partHeight);
    }

    private static int Side(double exact, int most) => Math.Clamp((int)Math.Round(exact), 1, most);
}
