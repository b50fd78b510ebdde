using Retrieval.Host;
using Retrieval.Models;

namespace Retrieval.Training.Losses;

/// <summary>The one output of a network that a loss term works on.</summary>
internal static class LossSource
{
    /// <exception cref="ArgumentException">Not exactly one output.</exception>
    public static LossOutputs Demand(LossOutputs source) => source is LossOutputs.Embedding or LossOutputs.Neck or LossOutputs.Descriptors
        ? source
        : throw new ArgumentException($"output of the network for a loss: expected one of embedding, neck and descriptors, got {source}");

    public static Tensor Of(this NetworkOutputs outputs, LossOutputs source) => source switch
    {
        LossOutputs.Embedding => outputs.Embedding,
        LossOutputs.Neck => outputs.Neck,
        _ => outputs.Descriptors,
    };
}
