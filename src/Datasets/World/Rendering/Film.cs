using System.Numerics;
using Retrieval.Datasets.World.Scenes;

namespace Retrieval.Datasets.World.Rendering;

/// <summary>Develops light into bytes: lens blur, rain, vignette, exposure, white balance, tone curve, grain.</summary>
internal sealed class Film
{
    private const int CurveSteps = 1024;
    private const float CurveReach = 4;

    private readonly int _width;
    private readonly int _height;
    private readonly Vector3[] _scratch;
    private readonly float[] _curve = new float[CurveSteps + 1];

    public Film(int width, int height)
    {
        (_width, _height) = (width, height);
        _scratch = new Vector3[width * height];
    }

    /// <summary>Writes RGB bytes in row order; <paramref name="light"/> is used up.</summary>
    public void Develop(Vector3[] light, FilmSettings settings, WorldRandom random, Span<byte> pixels)
    {
        for (var streak = 0; streak < settings.RainStreaks; streak++)
            DrawStreak(light, random);
        if (settings.Blur > 0)
            Blur(light, settings.Blur * _height);
        FillCurve(settings.Gamma);
        var gains = settings.WhiteBalance * settings.Exposure;
        var grain = 255 * settings.Noise;
        var (middleX, middleY) = (_width / 2f, _height / 2f);
        var reach = 1 / (middleX * middleX + middleY * middleY);
        for (int y = 0, i = 0; y < _height; y++)
        {
            for (var x = 0; x < _width; x++, i++)
            {
                var offset = ((x - middleX) * (x - middleX) + (y - middleY) * (y - middleY)) * reach;
                var colour = light[i] * gains * (1 - settings.Vignette * offset);
                var grey = Vector3.Dot(colour, new(0.2126f, 0.7152f, 0.0722f));
                colour = Vector3.Lerp(new(grey), colour, settings.Saturation);
                // Grain is mostly brightness: cameras smooth the colour of their noise.
                var common = grain * random.Gaussian();
                pixels[3 * i] = ToByte(Curve(colour.X) + common + 0.4f * grain * random.Gaussian());
                pixels[3 * i + 1] = ToByte(Curve(colour.Y) + common);
                pixels[3 * i + 2] = ToByte(Curve(colour.Z) + common + 0.4f * grain * random.Gaussian());
            }
        }
    }

    private static byte ToByte(float value) => (byte)Math.Clamp(value + 0.5f, 0, 255);

    private float Curve(float light)
    {
        var place = Math.Clamp(light * (CurveSteps / CurveReach), 0, CurveSteps - 1e-3f);
        var step = (int)place;
        return _curve[step] + (_curve[step + 1] - _curve[step]) * (place - step);
    }

    /// <summary>Highlights roll off, then sRGB's curve, in steps of 1/255.</summary>
    private void FillCurve(float gamma)
    {
        for (var i = 0; i <= CurveSteps; i++)
        {
            var light = (1 - MathF.Exp(-1.25f * CurveReach * i / CurveSteps)) * 1.02f;
            var encoded = light <= 0.0031308f ? 12.92f * light : 1.055f * MathF.Pow(light, 1 / 2.4f) - 0.055f;
            _curve[i] = 255 * MathF.Pow(encoded, gamma);
        }
    }

    private void DrawStreak(Vector3[] light, WorldRandom random)
    {
        float x = random.Uniform(-0.1f, 1) * _width, y = random.Uniform(-0.1f, 1) * _height;
        var length = random.Uniform(0.04f, 0.12f) * _height;
        var strength = random.Uniform(0.15f, 0.5f);
        for (var step = 0; step < length; step++, x += 0.22f, y++)
            if (x >= 0 && y >= 0 && x < _width && y < _height)
            {
                ref var pixel = ref light[(int)y * _width + (int)x];
                pixel = Vector3.Lerp(pixel, new(0.9f), strength);
            }
    }

    private void Blur(Vector3[] light, float sigma)
    {
        Span<float> weights = stackalloc float[2 * (int)MathF.Ceiling(2 * sigma) + 1];
        var radius = weights.Length / 2;
        var sum = 0f;
        for (var i = 0; i < weights.Length; i++)
            sum += weights[i] = MathF.Exp(-(i - radius) * (i - radius) / (2 * sigma * sigma));
        foreach (ref var weight in weights)
            weight /= sum;
        Convolve(light, _scratch, weights, _width, _height, 1, _width);
        Convolve(_scratch, light, weights, _height, _width, _width, 1);
    }

    /// <summary>Along lines of <paramref name="length"/> pixels that are <paramref name="step"/> apart; the ends repeat.</summary>
    private static void Convolve(Vector3[] from, Vector3[] to, ReadOnlySpan<float> weights, int length, int lines, int step, int lineStep)
    {
        var radius = weights.Length / 2;
        for (var line = 0; line < lines; line++)
            for (var i = 0; i < length; i++)
            {
                var sum = Vector3.Zero;
                for (var k = 0; k < weights.Length; k++)
                    sum += weights[k] * from[line * lineStep + Math.Clamp(i + k - radius, 0, length - 1) * step];
                to[line * lineStep + i * step] = sum;
            }
    }
}
