namespace Retrieval.Host;

/// <summary>
/// Changes of a pixel v = (r, g, b), 0 to 1, each cut off at 0 and 1, in the order that <see cref="Steps"/> gives: four bits a step, the
/// first one lowest, 0 after the last. With the luminance l = 0.299 r + 0.587 g + 0.114 b:
/// 1 v * Brightness; 2 m + Contrast (v - m), m the mean of l over the picture at this point, at most once; 3 l + Saturation (v - l);
/// 4 the hue of HSV turned by Hue full circles; 5 (v + Light) LightGain. <c>default</c> changes nothing.
/// </summary>
public readonly record struct ImageColour(int Steps, float Brightness, float Contrast, float Saturation, float Hue, float LightRed, float LightGreen, float LightBlue, float LightGain)
{
    internal const int BitsPerStep = 4, StepMask = 15, LastStep = 5, ContrastStep = 2;

    /// <summary>Whether the mean luminance of the picture is needed.</summary>
    internal bool HasContrast
    {
        get
        {
            for (var steps = Steps; steps != 0; steps >>= BitsPerStep)
                if ((steps & StepMask) == ContrastStep)
                    return true;
            return false;
        }
    }

    /// <summary>Whether the steps are known and end with a 0, contrast occurs once at most, and all amounts are finite.</summary>
    internal bool IsValid
    {
        get
        {
            var contrasts = 0;
            for (var steps = Steps; steps != 0; steps >>= BitsPerStep)
            {
                if (steps < 0 || (steps & StepMask) is < 1 or > LastStep)
                    return false;
                contrasts += (steps & StepMask) == ContrastStep ? 1 : 0;
            }
            return contrasts <= 1 && float.IsFinite(Brightness + Contrast + Saturation + LightRed + LightGreen + LightBlue + LightGain) && Hue is >= -1 and <= 1;
        }
    }
}
