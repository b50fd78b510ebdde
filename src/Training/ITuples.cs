using Retrieval.Host;

namespace Retrieval.Training;

/// <summary>How the descriptors of a batch of a given size become a loss. What differs between two batches is set beforehand, so that the computation can be recorded.</summary>
internal interface ITuples : IDisposable
{
    /// <summary>Sends the labels of the next batch.</summary>
    /// <param name="labels">-1 query, 1 positive, 0 negative, one for each image.</param>
    /// <param name="clusters">Cluster of each tuple's query.</param>
    void Set(ReadOnlySpan<int> labels, ReadOnlySpan<int> clusters);

    /// <summary>Queues loss and gradient.</summary>
    /// <param name="descriptors">[M, D], tuples of equal length one after another.</param>
    /// <param name="lossValue">Receives the loss [1], summed over all tuples.</param>
    /// <param name="gradient">Receives the gradient [M, D].</param>
    void Compute(Tensor descriptors, Tensor lossValue, Tensor gradient);
}
