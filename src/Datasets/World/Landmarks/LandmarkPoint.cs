using System.Numerics;
using Retrieval.Datasets.World.Geometry;
using Retrieval.Datasets.World.Scenes;

namespace Retrieval.Datasets.World.Landmarks;

/// <summary>A point on the landmark's surface, as a reconstruction from visitors' photographs would hold.</summary>
/// <param name="Position">In metres.</param>
/// <param name="Normal">Of the surface, outward.</param>
internal readonly record struct LandmarkPoint(Vector3 Position, Vector3 Normal)
{
    /// <summary>Points where rays from visitors all along the front arc first meet the landmark.</summary>
    public static LandmarkPoint[] Sample(LandmarkModel model, WorldRandom random, int count)
    {
        var points = new LandmarkPoint[count];
        var reach = 2 * (model.High - model.Low).Length();
        for (var filled = 0; filled < count;)
        {
            var azimuth = random.Jitter(ViewComposer.WidestAzimuth);
            var eye = new Vector3(reach * MathF.Sin(azimuth), random.Uniform(1, 0.5f * reach), reach * MathF.Cos(azimuth));
            var target = Vector3.Lerp(model.Low, model.High, 0.5f)
                + (model.High - model.Low) * new Vector3(random.Jitter(0.5f), random.Jitter(0.5f), random.Jitter(0.5f));
            if (Hit(model, new(eye, target - eye)) is { } point)
                points[filled++] = point;
        }
        return points;
    }

    private static LandmarkPoint? Hit(LandmarkModel model, in Ray ray)
    {
        var nearest = float.PositiveInfinity;
        Solid? hit = null;
        foreach (var solid in model.Solids)
            if (solid.Intersect(ray) is var t && t < nearest)
                (nearest, hit) = (t, solid);
        if (hit is null)
            return null;
        var position = ray.At(nearest);
        return new(position, hit.Describe(position).Normal);
    }
}
