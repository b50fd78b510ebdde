using Retrieval.Datasets.World.Geometry;

namespace Retrieval.Datasets.World.Materials;

/// <summary>Two materials in turn: layered stone, awnings, fluted shafts.</summary>
/// <param name="first">Fills the <paramref name="share"/> of each period.</param>
/// <param name="second">Fills the rest.</param>
/// <param name="period">In metres; upright stripes are fitted to the face.</param>
/// <param name="share">0 to 1.</param>
/// <param name="upright">Upright rather than level stripes.</param>
internal sealed class Stripes(Material first, Material second, float period, float share, bool upright = false) : Material
{
    public override Finish At(in SurfacePoint surface, float footprint)
    {
        var fitted = upright ? surface.Width / MathF.Max(1, MathF.Round(surface.Width / period)) : period;
        var x = (upright ? surface.U + surface.Width / 2 : surface.V) / fitted;
        var part = Coverage.Periodic(x - MathF.Floor(x), 0, share, footprint / fitted);
        return part <= 0 ? second.At(surface, footprint)
            : part >= 1 ? first.At(surface, footprint)
            : Finish.Lerp(second.At(surface, footprint), first.At(surface, footprint), part);
    }
}
