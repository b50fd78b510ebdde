using System.Numerics;

namespace Retrieval.Datasets.World.Scenes;

/// <summary>How a visitor's camera turns light into a picture.</summary>
/// <param name="Exposure">Factor on the light.</param>
/// <param name="WhiteBalance">Factor on each channel.</param>
/// <param name="Saturation">0: black and white, 1: true colours.</param>
/// <param name="Gamma">Of the tone curve besides sRGB's own; above 1 darkens.</param>
/// <param name="Blur">Standard deviation as a share of the image's height.</param>
/// <param name="Noise">Standard deviation of the grain, 1 being white.</param>
/// <param name="Vignette">Loss of light in the corners, 0 to 1.</param>
/// <param name="RainStreaks">Number of them.</param>
internal sealed record FilmSettings(
    float Exposure, Vector3 WhiteBalance, float Saturation, float Gamma, float Blur, float Noise, float Vignette, int RainStreaks)
{
    public static FilmSettings Draw(WorldRandom random, float difficulty, bool rain)
    {
        var stops = random.Jitter(0.25f + 0.6f * difficulty);
        var warmth = random.Jitter(0.08f + 0.3f * difficulty);
        return new(
            MathF.Pow(2, stops),
            new(1 + warmth, 1 + random.Jitter(0.12f * difficulty), 1 - warmth),
            random.Chance(0.08f * difficulty) ? 0 : 1 + random.Jitter(0.1f + 0.45f * difficulty),
            1 + random.Jitter(0.05f + 0.2f * difficulty),
            random.Chance(0.3f) ? random.Uniform(0.003f, 0.004f + 0.006f * difficulty) : 0,
            random.Uniform(0.004f, 0.01f + 0.025f * difficulty),
            random.Uniform(0, 0.4f),
            rain ? random.Between(40, 140) : 0);
    }
}
