using System.Numerics;

namespace Retrieval.Datasets.World.Geometry;

/// <summary>The points Origin + t * Direction, t &gt; 0. A camera's rays have a direction of depth 1, so that t is the depth.</summary>
internal readonly record struct Ray(Vector3 Origin, Vector3 Direction)
{
    public Vector3 At(float t) => Origin + t * Direction;
}
