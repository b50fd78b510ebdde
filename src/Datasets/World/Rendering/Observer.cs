using System.Numerics;
using Retrieval.Datasets.World.Landmarks;
using Retrieval.Datasets.World.Scenes;

namespace Retrieval.Datasets.World.Rendering;

/// <summary>Finds which of a landmark's points a view shows: in the frame, not edge-on, and nothing in front of them.</summary>
internal sealed class Observer(int width, int height)
{
    // Points seen at a flatter angle than about 70 degrees are smeared beyond recognition.
    private const float SmallestCosine = 0.35f;

    // A point is its surface's own nearest hit but for rounding.
    private const float Tolerance = 2e-3f;

    private readonly CameraTracer _tracer = new(width, height);

    /// <summary>Appends the seen points, by their numbers, with where they appear in the image (x, y, depth).</summary>
    public void Observe(Scene scene, ReadOnlySpan<LandmarkPoint> points, List<(int Point, Vector3 Place)> seen)
    {
        var camera = scene.Camera;
        _tracer.Load(camera, scene.Solids);
        for (var i = 0; i < points.Length; i++)
        {
            var place = camera.Project(points[i].Position);
            if (!camera.InFrame(place))
                continue;
            var towards = Vector3.Normalize(camera.Position - points[i].Position);
            if (Vector3.Dot(towards, points[i].Normal) < SmallestCosine)
                continue;
            _tracer.Nearest(camera.RayThrough(place.X, place.Y), place.X, place.Y, out var depth);
            if (depth >= place.Z * (1 - Tolerance))
                seen.Add((i, place));
        }
    }
}
