using System.Numerics;
using Retrieval.Datasets.World.Materials;
using Retrieval.Datasets.World.Scenes;

namespace Retrieval.Datasets.World.Rendering;

/// <summary>What lies behind everything: the sky's gradient, clouds, a halo about the sun, hills on the horizon.</summary>
internal static class Sky
{
    private static readonly Vector3 HillColour = new(0.10f, 0.14f, 0.09f);

    public static Vector3 Colour(Scene scene, Vector3 direction)
    {
        var light = scene.Light;
        direction = Vector3.Normalize(direction);
        var height = MathF.Max(direction.Y, 0);
        var azimuth = MathF.Atan2(direction.X, -direction.Z);
        if (direction.Y < 0.12f && direction.Y < 0.1f * Noise.Cloudy(azimuth * 6 + scene.Hills, scene.Hills))
            return Vector3.Lerp(HillColour * light.SkyAmbient, light.Horizon, 0.55f);
        var colour = Vector3.Lerp(light.Horizon, light.Zenith, MathF.Sqrt(height));
        if (light.CloudCover > 0)
        {
            var reach = 1 / (height + 0.15f);
            var cloud = Noise.Cloudy(direction.X * reach * 1.5f + light.CloudOffset, direction.Z * reach * 1.5f);
            colour = Vector3.Lerp(colour, light.Cloud, 0.9f * Math.Clamp((cloud - 0.85f + 0.75f * light.CloudCover) * 3.5f, 0, 1));
        }
        var halo = MathF.Max(0, Vector3.Dot(direction, light.SunDirection));
        halo *= halo;
        halo *= halo;
        return colour + light.Sun * (0.25f * halo * halo);
    }
}
