namespace Retrieval.Host;

/// <summary>
/// Batch normalisation of the channels behind those that an instance normalisation takes, C - I of them: together an IBN layer (Pan et al., Two at
/// Once, ECCV 2018). The default value stands for none.
/// </summary>
/// <param name="Gamma">Scale [C - I].</param>
/// <param name="Beta">Shift [C - I].</param>
/// <param name="RunningMean">[C - I]: taken as it is where <paramref name="Stored"/>, else moved, or none.</param>
/// <param name="RunningVariance">[C - I], likewise; the unbiased variance.</param>
/// <param name="Stored">Whether the running statistics are those to normalise with, in place of the batch's own.</param>
/// <param name="Momentum">Share of the batch in the running statistics.</param>
public readonly record struct BatchNormTail(Tensor Gamma, Tensor Beta, Tensor RunningMean, Tensor RunningVariance, bool Stored, float Momentum = 0)
{
    /// <summary>Channels that it takes; 0 for none.</summary>
    public int Channels => Gamma.IsNone ? 0 : Gamma.Shape[0];
}
