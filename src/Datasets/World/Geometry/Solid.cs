using System.Numerics;
using Retrieval.Datasets.World.Materials;

namespace Retrieval.Datasets.World.Geometry;

/// <summary>A shape stretched to half extents in metres, turned about the vertical and placed in the world.</summary>
internal sealed class Solid
{
    private readonly Vector3 _inverseHalf;
    private readonly float _cos;
    private readonly float _sin;

    public Solid(Shape shape, Vector3 centre, Vector3 half, float yaw, Material material)
    {
        Shape = shape;
        Centre = centre;
        Half = half;
        Material = material;
        _inverseHalf = Vector3.One / half;
        (_sin, _cos) = MathF.SinCos(yaw);
    }

    public Shape Shape { get; }

    public Vector3 Centre { get; }

    public Vector3 Half { get; }

    public Material Material { get; }

    /// <summary>Where a ray enters, or infinity.</summary>
    public float Intersect(in Ray ray) =>
        Shape.Intersect(ToLocal(ray.Origin - Centre) * _inverseHalf, ToLocal(ray.Direction) * _inverseHalf);

    /// <summary>The surface at a point on it, its normal turned into the world.</summary>
    public SurfacePoint Describe(Vector3 point)
    {
        var surface = Shape.Describe(ToLocal(point - Centre) * _inverseHalf, Half);
        return surface with { Normal = ToWorld(surface.Normal) };
    }

    /// <summary>One of the eight corners of the bounding box, by the bits of its number.</summary>
    public Vector3 Corner(int number) => Centre + ToWorld(Half * new Vector3((number & 1) * 2 - 1, (number & 2) - 1, (number & 4) / 2 - 1));

    private Vector3 ToLocal(Vector3 v) => new(_cos * v.X - _sin * v.Z, v.Y, _sin * v.X + _cos * v.Z);

    private Vector3 ToWorld(Vector3 v) => new(_cos * v.X + _sin * v.Z, v.Y, _cos * v.Z - _sin * v.X);
}
