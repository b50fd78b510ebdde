using System.Numerics;

namespace Retrieval.Datasets.World.Geometry;

/// <summary>The unit ball or, as a dome, its upper half stretched to the cube's height.</summary>
internal class BallShape(bool dome) : Shape
{
    public override float Intersect(Vector3 origin, Vector3 direction)
    {
        if (dome)
        {
            origin.Y = (origin.Y + 1) / 2;
            direction.Y /= 2;
        }
        var a = direction.LengthSquared();
        var b = Vector3.Dot(origin, direction);
        var discriminant = b * b - a * (origin.LengthSquared() - 1);
        if (discriminant < 0)
            return float.PositiveInfinity;
        var t = (-b - MathF.Sqrt(discriminant)) / a;
        if (dome && origin.Y + t * direction.Y < 0)
        {
            // What enters the ball's lower half reaches the dome through its base, if at all.
            t = -origin.Y / direction.Y;
            if (!(direction.Y > 0) || (origin + t * direction).LengthSquared() > 1)
                return float.PositiveInfinity;
        }
        return t > 0 ? t : float.PositiveInfinity;
    }

    public override SurfacePoint Describe(Vector3 point, Vector3 half)
    {
        if (dome && point.Y < -0.9999f)
            return new(-Vector3.UnitY, point.X * half.X, half.Z - point.Z * half.Z, 2 * half.X, 2 * half.Z, 1);
        var height = dome ? (point.Y + 1) / 2 : point.Y;
        var normal = Vector3.Normalize(new Vector3(point.X / half.X, height / (dome ? 2 * half.Y : half.Y), point.Z / half.Z));
        var around = 2 * MathF.PI * half.X;
        if (dome)
            return new(normal, MathF.Atan2(point.X, point.Z) * half.X, MathF.Asin(Math.Clamp(height, -1, 1)) * 2 * half.Y, around, MathF.PI * half.Y, 0);
        // Each side of the enclosing cube has its own map: meridians would meet in a pinch at the top.
        var (metres, size) = (point * half, Vector3.Abs(point));
        var (u, v) = size.Y > size.X && size.Y > size.Z ? (metres.X, metres.Z + 3 * half.Z)
            : size.X > size.Z ? (metres.Z + 3 * half.Z, metres.Y + half.Y)
            : (metres.X, metres.Y + half.Y);
        return new(normal, u, v, around, 2 * half.Y, 0);
    }
}
