namespace Retrieval.Imaging.Augmentation;

/// <summary>
/// Brightness, contrast and saturation by random factors, and a random turn of the hue, in random order: torchvision's rule. The
/// factor of a strength s is uniform in max(0, 1 - s) to 1 + s. MultiGrain takes 0.3 for the first three and leaves the hue alone.
/// </summary>
/// <param name="Brightness">0 to 10; 0 leaves it alone, as with the others.</param>
/// <param name="Contrast">0 to 10.</param>
/// <param name="Saturation">0 to 10.</param>
/// <param name="Hue">Largest turn as a share of the full circle, 0 to 0.5.</param>
public sealed record ColourJitter(double Brightness = 0.3, double Contrast = 0.3, double Saturation = 0.3, double Hue = 0) : Augmentation
{
    private const double Strongest = 10;

    internal override AugmentationStage Stage => AugmentationStage.Colour;

    /// <inheritdoc/>
    public override void Validate()
    {
        RequireStrength("brightness", Brightness);
        RequireStrength("contrast", Contrast);
        RequireStrength("saturation", Saturation);
        Require(Hue is >= 0 and <= 0.5, $"hue: expected 0 to 0.5 of the full circle, got {Hue}");
    }

    internal override AugmentedImage Apply(AugmentedImage image, SeededRandom random)
    {
        Span<ColourStep> order = [ColourStep.Brightness, ColourStep.Contrast, ColourStep.Saturation, ColourStep.Hue];
        random.Shuffle(order);
        var colour = image.View.Colour;
        foreach (var step in order)
            colour = step switch
            {
                ColourStep.Brightness => Brightness > 0 ? colour.ThenBrightness(Factor(Brightness, random)) : colour,
                ColourStep.Contrast => Contrast > 0 ? colour.ThenContrast(Factor(Contrast, random)) : colour,
                ColourStep.Saturation => Saturation > 0 ? colour.ThenSaturation(Factor(Saturation, random)) : colour,
                _ => Hue > 0 ? colour.ThenHue(random.NextDouble(-Hue, Hue)) : colour,
            };
        return image with { View = image.View with { Colour = colour } };
    }

    private static void RequireStrength(string name, double strength) => Require(strength is >= 0 and <= Strongest, $"{name}: expected 0 to {Strongest}, got {strength}");

    private static double Factor(double strength, SeededRandom random) => random.NextDouble(Math.Max(0, 1 - strength), 1 + strength);
}
