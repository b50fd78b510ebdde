using System.Numerics;
using Retrieval.Datasets.World.Geometry;

namespace Retrieval.Datasets.World.Materials;

/// <summary>A plain colour with stains or, at full <paramref name="roughness"/>, grass and leaves.</summary>
/// <param name="colour">Linear RGB.</param>
/// <param name="roughness">Contrast of the noise, 0 to 1.</param>
/// <param name="grain">Size of a speck in metres.</param>
internal sealed class Plaster(Vector3 colour, float roughness = 0.25f, float grain = 1.2f) : Material
{
    public override Finish At(in SurfacePoint surface, float footprint)
    {
        var coarse = Noise.Smooth(surface.U / grain + 31, surface.V / grain) - 0.5f;
        var fine = Noise.Smooth(surface.U / grain * 4.3f, surface.V / grain * 4.3f + 7) - 0.5f;
        var contrast = coarse * Coverage.Detail(2 * grain, footprint) + fine * Coverage.Detail(0.5f * grain, footprint);
        return new(colour * (1 + roughness * contrast));
    }
}
