namespace Retrieval.Imaging.Augmentation;

/// <summary>Changes of colour in the order in which they are made. The default changes nothing.</summary>
public readonly record struct ColourChange
{
    private const int BitsPerStep = 4;

    /// <summary>The steps, four bits each, the first one lowest.</summary>
    public int Steps { get; private init; }

    public float Brightness { get; private init; }

    public float Contrast { get; private init; }

    public float Saturation { get; private init; }

    /// <summary>Share of the full circle, -0.5 to 0.5.</summary>
    public float Hue { get; private init; }

    /// <summary>What lighting adds to red, green and blue, on the scale 0 to 1.</summary>
    public (float Red, float Green, float Blue) LightOffset { get; private init; }

    /// <summary>What lighting multiplies with.</summary>
    public float LightGain { get; private init; }

    internal ColourChange ThenBrightness(double factor) => Then(ColourStep.Brightness) with { Brightness = (float)factor };

    internal ColourChange ThenContrast(double factor) => Then(ColourStep.Contrast) with { Contrast = (float)factor };

    internal ColourChange ThenSaturation(double factor) => Then(ColourStep.Saturation) with { Saturation = (float)factor };

    internal ColourChange ThenHue(double turn) => Then(ColourStep.Hue) with { Hue = (float)turn };

    internal ColourChange ThenLighting((float Red, float Green, float Blue) offset, double gain) =>
        Then(ColourStep.Lighting) with { LightOffset = offset, LightGain = (float)gain };

    private ColourChange Then(ColourStep step)
    {
        var place = 0;
        while (Steps >> place != 0)
            place += BitsPerStep;
        return this with { Steps = Steps | ((int)step << place) };
    }
}
