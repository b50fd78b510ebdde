using System.Numerics;

namespace Retrieval.Datasets.World.Geometry;

/// <summary>The whole cube.</summary>
internal sealed class BoxShape : Shape
{
    public override float Intersect(Vector3 origin, Vector3 direction)
    {
        var inverse = Vector3.One / direction;
        var first = (-Vector3.One - origin) * inverse;
        var second = (Vector3.One - origin) * inverse;
        var enter = Vector3.Min(first, second);
        var leave = Vector3.Max(first, second);
        var t = MathF.Max(enter.X, MathF.Max(enter.Y, enter.Z));
        return t > 0 && t <= MathF.Min(leave.X, MathF.Min(leave.Y, leave.Z)) ? t : float.PositiveInfinity;
    }

    public override SurfacePoint Describe(Vector3 point, Vector3 half)
    {
        var size = Vector3.Abs(point);
        var metres = point * half;
        if (size.Y > size.X && size.Y > size.Z)
            return new(new(0, MathF.Sign(point.Y), 0), metres.X, half.Z - metres.Z, 2 * half.X, 2 * half.Z, point.Y > 0 ? 0 : 1);
        if (size.X > size.Z)
            return new(new(MathF.Sign(point.X), 0, 0), -metres.Z * MathF.Sign(point.X), metres.Y + half.Y, 2 * half.Z, 2 * half.Y, point.X > 0 ? 2 : 3);
        return new(new(0, 0, MathF.Sign(point.Z)), metres.X * MathF.Sign(point.Z), metres.Y + half.Y, 2 * half.X, 2 * half.Y, point.Z > 0 ? 4 : 5);
    }
}
