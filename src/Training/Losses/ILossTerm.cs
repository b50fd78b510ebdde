using Retrieval.Host;

namespace Retrieval.Training.Losses;

/// <summary>
/// One term of a training loss, which is a weighted sum of such terms. A term with parameters of its own (class centres, a classifier)
/// adds them to the parameter set that its constructor is given.
/// </summary>
public interface ILossTerm : IDisposable
{
    /// <summary>What reports and recipes call it: <c>triplet</c>, <c>center</c>.</summary>
    string Name { get; }

    /// <summary>The outputs that must be there, each with a gradient.</summary>
    LossOutputs Uses { get; }

    /// <summary>
    /// Queues loss and gradient, always the same work for batches of one shape: it can be part of a recorded step.
    /// </summary>
    /// <param name="batch">The batch; weight times the gradient is added to its gradients, and to those of the term's parameters.</param>
    /// <param name="weight">The term's weight in the sum.</param>
    /// <param name="loss">[1]; weight times the loss is added to it.</param>
    void Compute(LossBatch batch, float weight, Tensor loss);
}
