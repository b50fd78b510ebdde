using Retrieval.Models;

namespace Retrieval.Training.Losses;

/// <summary>What a loss term is made for.</summary>
/// <param name="Parameters">Receives its parameters.</param>
/// <param name="Network">The network whose outputs it sees.</param>
/// <param name="Classes">Number of classes; labels are below it.</param>
/// <param name="Seed">Decides what its parameters start from.</param>
public sealed record LossContext(ParameterSet Parameters, NetworkDescription Network, int Classes, ulong Seed)
{
    /// <summary>Dimension of the embedding, and of the neck.</summary>
    public int EmbeddingDimension => Network.Head.PooledDimension(Network.Backbone.OutputChannels);

    /// <summary>Dimension of an output.</summary>
    /// <exception cref="ArgumentException">The network has no such output.</exception>
    public int DimensionOf(LossOutputs output)
    {
        if (output == LossOutputs.Neck && !Network.Head.Neck)
            throw new ArgumentException("losses: a loss works on the batch-norm neck, which the network does not have: set network.neck, or let the loss work on the embedding");
        return output == LossOutputs.Descriptors ? Network.Dimension : EmbeddingDimension;
    }
}
