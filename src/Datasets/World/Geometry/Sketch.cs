using System.Numerics;
using Retrieval.Datasets.World.Materials;

namespace Retrieval.Datasets.World.Geometry;

/// <summary>
/// Builds a group of solids in a frame of its own: x to the right, y upwards from the ground, z towards the visitor.
/// Sizes are whole widths, heights and depths in metres; a part stands with its base at height y.
/// </summary>
internal sealed class Sketch(List<Solid> solids, Vector3 origin, float yaw)
{
    private readonly (float Sin, float Cos) _turn = MathF.SinCos(yaw);

    public void Add(Shape shape, float x, float y, float z, float width, float height, float depth, Material material, float turn = 0)
    {
        var place = new Vector3(_turn.Cos * x + _turn.Sin * z, y + height / 2, _turn.Cos * z - _turn.Sin * x);
        solids.Add(new(shape, origin + place, new Vector3(width, height, depth) / 2, yaw + turn, material));
    }

    /// <summary>A part as deep as it is wide.</summary>
    public void Add(Shape shape, float x, float y, float z, float width, float height, Material material) =>
        Add(shape, x, y, z, width, height, width, material);
}
