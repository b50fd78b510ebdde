using Retrieval.Datasets.World.Geometry;

namespace Retrieval.Datasets.World.Materials;

/// <summary>A procedural texture, measured in metres on the face. Materials are immutable and nest: windows in a brick wall.</summary>
internal abstract class Material
{
    /// <summary>The finish averaged over a pixel that covers <paramref name="footprint"/> metres of the face.</summary>
    public abstract Finish At(in SurfacePoint surface, float footprint);
}
