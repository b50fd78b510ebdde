using Retrieval.Datasets.World.Geometry;

namespace Retrieval.Datasets.World.Materials;

/// <summary>A roof whose upright ends are walled: for shapes made by <see cref="PolyhedronShape.Tapered"/>.</summary>
internal sealed class Gabled(Material roof, Material ends) : Material
{
    public override Finish At(in SurfacePoint surface, float footprint) =>
        (surface.Face is 2 or 3 ? ends : roof).At(surface, footprint);
}
