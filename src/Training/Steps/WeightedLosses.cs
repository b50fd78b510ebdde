using Retrieval.Host;
using Retrieval.Training.Losses;

namespace Retrieval.Training.Steps;

/// <summary>The loss of a training: a weighted sum of terms.</summary>
/// <param name="terms">Terms with their weights, taken over.</param>
public sealed class WeightedLosses(params IReadOnlyList<(ILossTerm Term, float Weight)> terms) : IDisposable
{
    /// <summary>The outputs that some term uses.</summary>
    public LossOutputs Uses { get; } = terms.Aggregate(LossOutputs.None, (uses, pair) => uses | pair.Term.Uses);

    /// <summary>Adds the sum to a loss [1] and its gradients to those of the batch.</summary>
    public void Compute(in LossBatch batch, Tensor loss)
    {
        for (var i = 0; i < terms.Count; i++)
            terms[i].Term.Compute(batch, terms[i].Weight, loss);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var (term, _) in terms)
            term.Dispose();
    }
}
