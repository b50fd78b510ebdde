using System.Numerics;

namespace Retrieval.Host.Backends.Cpu;

/// <summary>The changes of colour of a pixel on the scale of bytes, 0 to 255, step by step as images.cu makes them.</summary>
/// <param name="colour">The steps and their amounts.</param>
/// <param name="mean">Mean luminance of the picture where contrast comes.</param>
internal readonly struct PixelColour(in ImageColour colour, float mean = 0)
{
    private const float Levels = 255;

    private readonly ImageColour _colour = colour;
    private readonly Vector3 _light = Levels * new Vector3(colour.LightRed, colour.LightGreen, colour.LightBlue);

    public static float Luminance(Vector3 pixel) => (0.299f * pixel.X) + (0.587f * pixel.Y) + (0.114f * pixel.Z);

    public Vector3 Apply(Vector3 pixel)
    {
        for (var steps = _colour.Steps; steps != 0; steps >>= ImageColour.BitsPerStep)
            pixel = Change(steps & ImageColour.StepMask, pixel);
        return pixel;
    }

    /// <summary>The pixel as contrast finds it.</summary>
    public Vector3 BeforeContrast(Vector3 pixel)
    {
        for (var steps = _colour.Steps; (steps & ImageColour.StepMask) != ImageColour.ContrastStep; steps >>= ImageColour.BitsPerStep)
            pixel = Change(steps & ImageColour.StepMask, pixel);
        return pixel;
    }

    private Vector3 Change(int step, Vector3 pixel)
    {
        var luminance = new Vector3(Luminance(pixel));
        var changed = step switch
        {
            1 => pixel * _colour.Brightness,
            ImageColour.ContrastStep => new Vector3(mean) + (_colour.Contrast * (pixel - new Vector3(mean))),
            3 => luminance + (_colour.Saturation * (pixel - luminance)),
            4 => TurnHue(pixel, _colour.Hue),
            _ => (pixel + _light) * _colour.LightGain,
        };
        return Vector3.Clamp(changed, Vector3.Zero, new Vector3(Levels));
    }

    /// <summary>Turns the hue; value and saturation stay: each colour is max - range clamp(min(k, 4 - k)), k its distance from the hue in sixths of the circle.</summary>
    private static Vector3 TurnHue(Vector3 pixel, float turn)
    {
        float most = MathF.Max(pixel.X, MathF.Max(pixel.Y, pixel.Z)), range = most - MathF.Min(pixel.X, MathF.Min(pixel.Y, pixel.Z));
        if (range <= 0)
            return pixel;
        var hue = most == pixel.X ? (pixel.Y - pixel.Z) / range : most == pixel.Y ? 2 + ((pixel.Z - pixel.X) / range) : 4 + ((pixel.X - pixel.Y) / range);
        // Two circles more, so that it stays above 0.
        hue += (6 * turn) + 12;
        return new Vector3(Part(hue + 5), Part(hue + 3), Part(hue + 1));

        float Part(float place)
        {
            var distance = place - (6 * MathF.Floor(place / 6));
            return most - (range * Math.Clamp(MathF.Min(distance, 4 - distance), 0, 1));
        }
    }
}
