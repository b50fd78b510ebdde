using System.Numerics;

namespace Retrieval.Datasets.World.Geometry;

/// <summary>A convex polyhedron: the points with normal . x &lt;= offset for each of its planes.</summary>
internal sealed class PolyhedronShape : Shape
{
    private readonly Plane[] _planes;

    private PolyhedronShape(Plane[] planes) => _planes = planes;

    /// <summary>
    /// A box whose top is narrowed to the given shares of its base: (1, 0) is a gabled roof with its ridge along x,
    /// (0, 0) a pyramid, (0.6, 0) a hipped roof, (0.5, 0.5) a tapering tower.
    /// </summary>
    public static PolyhedronShape Tapered(float topX, float topZ)
    {
        float slopeX = (1 - topX) / 2, slopeZ = (1 - topZ) / 2;
        return new(
        [
            new(0, 1, 0, 1), new(0, -1, 0, 1),
            new(1, slopeX, 0, 1 - slopeX), new(-1, slopeX, 0, 1 - slopeX),
            new(0, slopeZ, 1, 1 - slopeZ), new(0, slopeZ, -1, 1 - slopeZ),
        ]);
    }

    /// <summary>An upright prism over a regular polygon, its top narrowed to the share <paramref name="top"/>.</summary>
    public static PolyhedronShape Regular(int sides, float top)
    {
        var planes = new Plane[sides + 2];
        planes[0] = new(0, 1, 0, 1);
        planes[1] = new(0, -1, 0, 1);
        var inradius = MathF.Cos(MathF.PI / sides);
        var slope = (1 - top) / 2 * inradius;
        for (var side = 0; side < sides; side++)
        {
            var (sin, cos) = MathF.SinCos(2 * MathF.PI * (side + 0.5f) / sides);
            planes[side + 2] = new(sin, slope, cos, inradius - slope);
        }
        return new(planes);
    }

    public override float Intersect(Vector3 origin, Vector3 direction)
    {
        float enter = 0, leave = float.PositiveInfinity;
        foreach (var plane in _planes)
        {
            var speed = Vector3.Dot(plane.Normal, direction);
            var gap = plane.D - Vector3.Dot(plane.Normal, origin);
            if (speed < 0)
                enter = MathF.Max(enter, gap / speed);
            else if (speed > 0)
                leave = MathF.Min(leave, gap / speed);
            else if (gap < 0)
                return float.PositiveInfinity;
        }
        return enter > 0 && enter <= leave ? enter : float.PositiveInfinity;
    }

    public override SurfacePoint Describe(Vector3 point, Vector3 half)
    {
        var face = 0;
        var nearest = float.NegativeInfinity;
        for (var i = 0; i < _planes.Length; i++)
        {
            var outside = Vector3.Dot(_planes[i].Normal, point) - _planes[i].D;
            if (outside > nearest)
                (nearest, face) = (outside, i);
        }
        var normal = Vector3.Normalize(_planes[face].Normal / half);
        var right = face < 2 ? Vector3.UnitX : Vector3.Normalize(Vector3.Cross(Vector3.UnitY, normal));
        var up = Vector3.Cross(normal, right);
        var metres = point * half;
        // Along a slope the face is longer than it is high.
        var stretch = face < 2 ? 1 : 1 / MathF.Max(up.Y, 0.05f);
        var width = face < 2 ? 2 * half.X : 2 * (MathF.Abs(right.X) * half.X + MathF.Abs(right.Z) * half.Z);
        var v = face < 2 ? half.Z - metres.Z : (metres.Y + half.Y) * stretch;
        return new(normal, Vector3.Dot(right, metres), v, width, face < 2 ? 2 * half.Z : 2 * half.Y * stretch, face);
    }
}
