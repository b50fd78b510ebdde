using System.Numerics;

namespace Retrieval.Datasets.World.Geometry;

/// <summary>An upright round body: radius 1 at y = -1, narrowing evenly to <paramref name="top"/> at y = 1 (1: a cylinder, 0: a cone).</summary>
internal sealed class ConeShape(float top) : Shape
{
    // radius(y) = Middle + Slope * y
    private readonly float _middle = (1 + top) / 2;
    private readonly float _slope = (top - 1) / 2;

    public override float Intersect(Vector3 origin, Vector3 direction)
    {
        var nearest = Cap(origin, direction);
        var radius = _middle + _slope * origin.Y;
        var growth = _slope * direction.Y;
        var a = direction.X * direction.X + direction.Z * direction.Z - growth * growth;
        var b = origin.X * direction.X + origin.Z * direction.Z - radius * growth;
        var c = origin.X * origin.X + origin.Z * origin.Z - radius * radius;
        var discriminant = b * b - a * c;
        if (discriminant < 0 || a == 0)
            return nearest;
        // Of the two roots only this one goes inwards, also for a ray steeper than the side.
        var t = (-b - MathF.Sqrt(discriminant)) / a;
        var y = origin.Y + t * direction.Y;
        return t > 0 && t < nearest && y >= -1 && y <= 1 ? t : nearest;
    }

    public override SurfacePoint Describe(Vector3 point, Vector3 half)
    {
        var metres = point * half;
        if (MathF.Abs(point.Y) > 0.9999f)
            return new(new(0, MathF.Sign(point.Y), 0), metres.X, half.Z - metres.Z, 2 * half.X, 2 * half.Z, 1);
        var radius = MathF.Max(_middle + _slope * point.Y, 1e-4f);
        var normal = Vector3.Normalize(new Vector3(point.X / radius / half.X, -_slope / half.Y, point.Z / radius / half.Z));
        var round = MathF.Atan2(point.X, point.Z) * half.X;
        return new(normal, round, metres.Y + half.Y, 2 * MathF.PI * half.X, 2 * half.Y, 0);
    }

    private float Cap(Vector3 origin, Vector3 direction)
    {
        // A ray from above meets the top first, one from below the base.
        var (height, radius) = direction.Y < 0 ? (1f, _middle + _slope) : (-1f, _middle - _slope);
        var t = (height - origin.Y) / direction.Y;
        if (!(t > 0))
            return float.PositiveInfinity;
        float x = origin.X + t * direction.X, z = origin.Z + t * direction.Z;
        return x * x + z * z <= radius * radius ? t : float.PositiveInfinity;
    }
}
