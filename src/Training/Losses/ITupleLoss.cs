using Retrieval.Host;

namespace Retrieval.Training.Losses;

/// <summary>A loss over tuples of descriptors (query, positive, negatives), summed over the tuples.</summary>
public interface ITupleLoss
{
    /// <summary>Computes loss and gradient in one pass.</summary>
    /// <param name="descriptors">[M, D], tuples one after another.</param>
    /// <param name="labels">Int32 [M]: -1 query, 1 positive, 0 negative, 2 for a row that stands where a negative may and is ignored.</param>
    /// <param name="loss">Receives the loss [1].</param>
    /// <param name="gradient">Receives its gradient [M, D].</param>
    void Compute(Tensor descriptors, Tensor labels, Tensor loss, Tensor gradient);
}
