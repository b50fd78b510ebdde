using System.Numerics;
using Retrieval.Datasets.World.Materials;

namespace Retrieval.Datasets.World.Geometry;

/// <summary>A ball whose outline is frayed: rays that would only graze it slip through between the leaves.</summary>
internal sealed class FoliageShape() : BallShape(dome: false)
{
    private const float LeavesPerRadius = 5;

    public override float Intersect(Vector3 origin, Vector3 direction)
    {
        var t = base.Intersect(origin, direction);
        if (t == float.PositiveInfinity)
            return t;
        var point = origin + t * direction;
        var facing = -Vector3.Dot(point, direction) / direction.Length();
        var leaf = LeavesPerRadius * point;
        return facing > 0.55f * Noise.Smooth(leaf.X + leaf.Z * 0.7f, leaf.Y + leaf.Z * 0.4f) ? t : float.PositiveInfinity;
    }
}
