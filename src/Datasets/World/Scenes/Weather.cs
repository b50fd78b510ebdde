using System.Numerics;

namespace Retrieval.Datasets.World.Scenes;

/// <summary>Draws the light of a view: clear, golden, overcast, foggy, rainy or after dark.</summary>
internal static class Weather
{
    /// <summary>The share of views in unusual light grows with the difficulty (0 to 1).</summary>
    public static (Lighting Light, bool Rain) Draw(WorldRandom random, float difficulty)
    {
        var azimuth = random.Uniform(-2.2f, 2.2f);
        if (!random.Chance(0.25f + 0.6f * difficulty))
            return (Clear(random, azimuth), false);
        return random.Between(0, 9) switch
        {
            0 or 1 or 2 => (Golden(random, azimuth), false),
            3 or 4 => (Overcast(random, azimuth), false),
            5 => (Overcast(random, azimuth) with { Fog = random.Uniform(0.008f, 0.01f + 0.025f * difficulty) }, false),
            6 or 7 => (Overcast(random, azimuth) with { Fog = random.Uniform(0.003f, 0.01f) }, true),
            _ => (Night(random, azimuth), false),
        };
    }

    private static Lighting Clear(WorldRandom random, float azimuth)
    {
        var sky = random.Tint(new(0.25f, 0.45f, 0.85f), 0.2f);
        return new()
        {
            SunDirection = Direction(azimuth, random.Uniform(0.45f, 1.2f)),
            Sun = random.Tint(new(1.5f, 1.4f, 1.2f), 0.12f),
            SkyAmbient = new(0.42f, 0.5f, 0.62f),
            GroundAmbient = new(0.26f, 0.24f, 0.2f),
            Zenith = sky * random.Uniform(0.5f, 0.9f),
            Horizon = Vector3.Lerp(sky, new(0.95f), 0.6f),
            Cloud = new(1.05f),
            CloudCover = random.Uniform(0, 0.6f),
            CloudOffset = random.Uniform(0, 100),
        };
    }

    private static Lighting Golden(WorldRandom random, float azimuth)
    {
        var glow = random.Tint(new(1.1f, 0.55f, 0.25f), 0.2f);
        return new()
        {
            SunDirection = Direction(azimuth, random.Uniform(0.12f, 0.4f)),
            Sun = glow * 1.5f,
            SkyAmbient = new(0.3f, 0.3f, 0.42f),
            GroundAmbient = new(0.22f, 0.16f, 0.12f),
            Zenith = random.Tint(new(0.2f, 0.26f, 0.5f), 0.2f),
            Horizon = Vector3.Lerp(glow, new(0.9f, 0.8f, 0.7f), 0.4f),
            Cloud = glow * 1.1f,
            CloudCover = random.Uniform(0.1f, 0.7f),
            CloudOffset = random.Uniform(0, 100),
            Fog = 0.003f,
        };
    }

    private static Lighting Overcast(WorldRandom random, float azimuth)
    {
        var grey = random.Tint(new(0.72f, 0.75f, 0.8f), 0.08f);
        return new()
        {
            SunDirection = Direction(azimuth, 0.9f),
            Sun = new(random.Uniform(0.05f, 0.3f)),
            SkyAmbient = grey,
            GroundAmbient = grey * 0.4f,
            Zenith = grey * 0.75f,
            Horizon = grey,
            Cloud = grey * 0.6f,
            CloudCover = random.Uniform(0.6f, 1),
            CloudOffset = random.Uniform(0, 100),
            Fog = 0.003f,
        };
    }

    private static Lighting Night(WorldRandom random, float azimuth)
    {
        var lamps = random.Tint(new(1, 0.72f, 0.4f), 0.15f);
        return new()
        {
            SunDirection = Direction(azimuth, 0.6f),
            Sun = new Vector3(0.05f, 0.06f, 0.1f),
            SkyAmbient = new(0.07f, 0.09f, 0.16f),
            GroundAmbient = lamps * 0.12f,
            Zenith = random.Tint(new(0.015f, 0.025f, 0.08f), 0.3f),
            Horizon = random.Tint(new(0.1f, 0.11f, 0.2f), 0.3f),
            Cloud = new(0.06f, 0.06f, 0.09f),
            CloudCover = random.Uniform(0, 0.8f),
            CloudOffset = random.Uniform(0, 100),
            Lamps = lamps * random.Uniform(0.5f, 0.9f),
        };
    }

    private static Vector3 Direction(float azimuth, float elevation) => new(
        MathF.Sin(azimuth) * MathF.Cos(elevation), MathF.Sin(elevation), MathF.Cos(azimuth) * MathF.Cos(elevation));
}
