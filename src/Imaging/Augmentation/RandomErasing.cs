namespace Retrieval.Imaging.Augmentation;

/// <summary>
/// Covers a random box with one colour ("Random erasing data augmentation", 2017), as the re-identification baseline does it: area and
/// shape are drawn up to a hundred times until the box is smaller than the picture.
/// </summary>
/// <param name="Probability">0 to 1.</param>
/// <param name="MinimumArea">Smallest share of the picture, above 0.</param>
/// <param name="MaximumArea">Largest share, at most 1.</param>
/// <param name="MinimumAspect">Smallest height over width, above 0 and at most 1; its inverse is the largest.</param>
/// <param name="Red">Colour of the box, 0 to 1; by default the mean of ImageNet, which becomes 0 in the network's input.</param>
/// <param name="Green">0 to 1.</param>
/// <param name="Blue">0 to 1.</param>
public sealed record RandomErasing(double Probability = 0.5, double MinimumArea = 0.02, double MaximumArea = 0.4, double MinimumAspect = 0.3,
    double Red = 0.485, double Green = 0.456, double Blue = 0.406) : Augmentation
{
    private const int Attempts = 100;

    internal override AugmentationStage Stage => AugmentationStage.Erasing;

    /// <inheritdoc/>
    public override void Validate()
    {
        Require(Probability is >= 0 and <= 1, $"erasing probability: expected 0 to 1, got {Probability}");
        Require(MinimumArea > 0 && MinimumArea <= MaximumArea && MaximumArea <= 1, $"erased area: expected 0 < minimum <= maximum <= 1, got {MinimumArea} to {MaximumArea}");
        Require(MinimumAspect is > 0 and <= 1, $"shape of the erased box: expected above 0 and at most 1, got {MinimumAspect}");
        Require(Red is >= 0 and <= 1 && Green is >= 0 and <= 1 && Blue is >= 0 and <= 1, $"colour of the erased box: expected three values from 0 to 1, got {Red}, {Green}, {Blue}");
    }

    internal override AugmentedImage Apply(AugmentedImage image, SeededRandom random)
    {
        if (!random.NextBoolean(Probability))
            return image;
        int width = image.View.Width, height = image.View.Height;
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            double area = random.NextDouble(MinimumArea, MaximumArea) * width * height, aspect = random.NextDouble(MinimumAspect, 1 / MinimumAspect);
            double boxHeight = Math.Round(Math.Sqrt(area * aspect)), boxWidth = Math.Round(Math.Sqrt(area / aspect));
            if (boxWidth >= width || boxHeight >= height)
                continue;
            int top = random.Next(height - (int)boxHeight + 1), left = random.Next(width - (int)boxWidth + 1);
            return image with { View = image.View with { Erased = new ErasedBox(left, top, (int)boxWidth, (int)boxHeight, (float)Red, (float)Green, (float)Blue) } };
        }
        return image;
    }
}
