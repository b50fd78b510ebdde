using Retrieval.Host;

namespace Retrieval.Models.Heads;

/// <summary>A pooling that weighs positions, so that its weights can be looked at.</summary>
public interface IMaskedPooling : IPooling
{
    /// <summary>The weights of a map's positions [1, N, H, W], the caller's own.</summary>
    Tensor Mask(Tensor map, Pass pass);
}
