using System.Numerics;
using Retrieval.Datasets.World.Geometry;

namespace Retrieval.Datasets.World.Materials;

/// <summary>Squares of two colours, straight or standing on their corners.</summary>
internal sealed class Checker(Vector3 light, Vector3 dark, float size, bool diagonal) : Material
{
    public override Finish At(in SurfacePoint surface, float footprint)
    {
        var (x, y) = diagonal
            ? ((surface.U + surface.V) / (1.4142f * size), (surface.U - surface.V) / (1.4142f * size))
            : (surface.U / size, surface.V / size);
        var odd = ((int)MathF.Floor(x) + (int)MathF.Floor(y)) & 1;
        var contrast = 0.5f * Coverage.Detail(size, footprint);
        return new(Vector3.Lerp(light, dark, 0.5f + (odd == 1 ? contrast : -contrast)));
    }
}
