using Retrieval.Host;

namespace Retrieval.Models;

/// <summary>The vectors that a descriptor network has for each image, or their gradients, of which each may be none.</summary>
/// <param name="Embedding">The pooled vectors [N, P], before any normalisation.</param>
/// <param name="Neck">The embedding behind the batch-norm neck [N, P]; none for a head without one.</param>
/// <param name="Descriptors">L2-normalised [N, D]: of the neck where there is one, else of the embedding; behind the whitening layer, if any.</param>
public readonly record struct NetworkOutputs(Tensor Embedding, Tensor Neck, Tensor Descriptors)
{
    /// <summary>Says that the caller is done with all of them as far as the forward pass goes.</summary>
    public void Release(Pass pass)
    {
        pass.Release(Descriptors);
        pass.Release(Neck);
        pass.Release(Embedding);
    }
}
