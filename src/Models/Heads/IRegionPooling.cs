using Retrieval.Host;

namespace Retrieval.Models.Heads;

/// <summary>How each region of a map becomes a vector: [N, H, W, C] and R regions to [R * N, C], row r N + n.</summary>
internal interface IRegionPooling
{
    /// <summary>Pools; the caller keeps the map and owns the result.</summary>
    Tensor Forward(Tensor map, PoolRegions regions, Pass pass);

    /// <summary>Gradient of the map, the caller's own; parameter gradients are added to.</summary>
    Tensor Backward(Tensor dy, PoolRegions regions, Pass pass);
}
