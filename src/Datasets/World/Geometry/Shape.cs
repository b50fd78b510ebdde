using System.Numerics;

namespace Retrieval.Datasets.World.Geometry;

/// <summary>
/// A convex body inside the cube [-1, 1]^3, y upwards. <see cref="Solid"/> stretches, turns and places it.
/// Shapes are immutable and shared.
/// </summary>
internal abstract class Shape
{
    /// <summary>Where a ray enters the body: the smallest t &gt; 0, or infinity when it passes by or starts inside.</summary>
    public abstract float Intersect(Vector3 origin, Vector3 direction);

    /// <summary>What the surface is like at a point on it, when the cube is stretched to the given half extents in metres.</summary>
    public abstract SurfacePoint Describe(Vector3 point, Vector3 half);
}
