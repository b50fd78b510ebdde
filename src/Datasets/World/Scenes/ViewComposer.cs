using System.Numerics;
using Retrieval.Datasets.World.Geometry;
using Retrieval.Datasets.World.Landmarks;

namespace Retrieval.Datasets.World.Scenes;

/// <summary>Decides what a visitor sees: standpoint, camera, the day's clutter, light and weather.</summary>
internal sealed class ViewComposer(WorldOptions options)
{
    /// <summary>Visitors stand within this angle of the front, in radians.</summary>
    public const float WidestAzimuth = MathF.PI / 3;

    private readonly float _difficulty = (float)options.Difficulty;

    /// <summary>The scene of a view; another attempt is another standpoint on another day.</summary>
    public Scene Compose(LandmarkModel place, bool withLandmark, int view, int attempt)
    {
        var random = new WorldRandom(options.Seed, RandomStream.View, view, attempt);
        var camera = DrawCamera(place, random, open: !withLandmark);
        List<Solid> solids = [.. place.Neighbours];
        if (withLandmark)
            solids.AddRange(place.Solids);
        AddClutter(solids, place, camera, random, open: !withLandmark);
        AddOccluders(solids, camera, random);
        var (light, rain) = Weather.Draw(random, _difficulty);
        return new([.. solids], place.Ground, place.Hills, light, camera, FilmSettings.Draw(random, _difficulty, rain));
    }

    /// <summary>In an open place there is nothing above the trees to look up to.</summary>
    private CameraPose DrawCamera(LandmarkModel place, WorldRandom random, bool open)
    {
        var size = place.High - place.Low;
        var centre = (place.Low + place.High) / 2;
        var fieldOfView = random.Uniform(0.75f, 1.15f);
        var focal = options.ImageWidth / (2 * MathF.Tan(fieldOfView / 2));
        // The larger side of the landmark fills this share of the frame; the range makes the change of scale. Some
        // visitors step up to a detail, which they aim at wherever it is.
        var detail = random.Chance(0.1f + 0.25f * _difficulty);
        var share = detail ? random.Uniform(1.2f, 1.5f + 0.9f * _difficulty) : 1.05f / random.LogUniform(1, 1.3f + 1.2f * _difficulty);
        var extent = MathF.Max(size.X, size.Y * options.ImageWidth / options.ImageHeight);
        var azimuth = random.Jitter(WidestAzimuth * (0.5f + 0.5f * _difficulty));
        var distance = MathF.Max(extent * focal / (share * options.ImageWidth) + size.Z / 4, FrontAt(place, azimuth) + 3);

        var height = random.Chance(0.2f) ? random.Uniform(3, 8) : random.Uniform(1.5f, 1.9f);
        var eye = new Vector3(distance * MathF.Sin(azimuth), height, distance * MathF.Cos(azimuth));
        var stray = detail ? new Vector2(0.4f, 0.35f) : new Vector2(0.25f, 0.15f) * (0.4f + 0.8f * _difficulty);
        var aim = centre + new Vector3(size.X * random.Jitter(stray.X), size.Y * random.Jitter(stray.Y), 0);
        if (open)
            aim.Y = random.Uniform(1, 4);
        var roll = random.Gaussian() * 0.03f * (0.5f + _difficulty);
        return CameraPose.LookAt(eye, aim, roll, focal, options.ImageWidth, options.ImageHeight);
    }

    /// <summary>How far the landmark's bounding box reaches in a direction, from the origin.</summary>
    private static float FrontAt(LandmarkModel place, float azimuth)
    {
        var reach = Vector3.Max(Vector3.Abs(place.Low), Vector3.Abs(place.High));
        var (sin, cos) = MathF.SinCos(azimuth);
        return MathF.Min(reach.X / MathF.Abs(sin), reach.Z / MathF.Abs(cos));
    }

    /// <summary>An open place, without a landmark, holds three times as much, also in its middle.</summary>
    private void AddClutter(List<Solid> solids, LandmarkModel place, in CameraPose camera, WorldRandom random, bool open)
    {
        var wanted = random.Between(2, 4 + (int)(7 * _difficulty)) * (open ? 3 : 1);
        for (var i = 0; i < wanted; i++)
        {
            var spot = new Vector3(random.Jitter(1.1f) * (place.High.X + 8), 0, random.Uniform(place.Low.Z - 6, place.High.Z + 18));
            var inside = spot.X > place.Low.X - 2 && spot.X < place.High.X + 2 && spot.Z > place.Low.Z - 2 && spot.Z < place.High.Z + 2;
            var near = (spot - camera.Position) with { Y = 0 };
            if ((open || !inside) && near.Length() > 7)
                Clutter.Add(solids, random, spot);
        }
    }

    private void AddOccluders(List<Solid> solids, in CameraPose camera, WorldRandom random)
    {
        var wanted = random.Between(0, (int)MathF.Round(3 * _difficulty));
        for (var i = 0; i < wanted; i++)
        {
            var depth = random.Uniform(4, 9);
            var across = random.Jitter(0.5f) * depth * camera.Width / camera.FocalLength;
            var spot = camera.Position + Vector3.Normalize(camera.Forward with { Y = 0 }) * depth + camera.Right * across;
            Clutter.AddOccluder(solids, random, spot with { Y = 0 });
        }
    }
}
