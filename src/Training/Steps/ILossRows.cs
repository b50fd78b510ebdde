using Retrieval.Host;
using Retrieval.Models;
using Retrieval.Training.Sampling;

namespace Retrieval.Training.Steps;

/// <summary>How the outputs for a batch of a given size reach the losses. What differs between two batches is set beforehand, so that the computation can be recorded.</summary>
internal interface ILossRows : IDisposable
{
    /// <summary>Int32 [N], 0 for rows without an image; none where there are no such rows.</summary>
    Tensor Real { get; }

    /// <summary>Sends what losses are told of the next batch.</summary>
    void Set(ReadOnlySpan<BatchRow> rows);

    /// <summary>Queues losses and gradients.</summary>
    /// <param name="losses">The losses.</param>
    /// <param name="outputs">What the network gave for the N images.</param>
    /// <param name="gradients">Gradients to add to, for the outputs that a loss uses.</param>
    /// <param name="draw">See <see cref="Losses.LossBatch.Draw"/>.</param>
    /// <param name="loss">[1], added to.</param>
    void Compute(WeightedLosses losses, NetworkOutputs outputs, NetworkOutputs gradients, Tensor draw, Tensor loss);
}
