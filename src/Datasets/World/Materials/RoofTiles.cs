using System.Numerics;
using Retrieval.Datasets.World.Geometry;

namespace Retrieval.Datasets.World.Materials;

/// <summary>Overlapping rows of rounded tiles, each row shaded under the one above.</summary>
internal sealed class RoofTiles(Vector3 colour, float width, float height) : Material
{
    public override Finish At(in SurfacePoint surface, float footprint)
    {
        var y = surface.V / height;
        var row = (int)MathF.Floor(y);
        var x = surface.U / width + (row & 1) * 0.5f;
        var column = (int)MathF.Floor(x);
        float fx = x - column - 0.5f, fy = y - row;
        var detail = Coverage.Detail(height, footprint);
        var rounded = fy < 0.55f ? 4 * fx * fx * (0.55f - fy) : 0;
        var tone = 1 + detail * (0.35f * (Noise.Cell(column, row) - 0.5f) - 0.45f * (fy - 0.5f) - 0.8f * rounded);
        return new(colour * tone);
    }
}
