using Retrieval.Models;
using Retrieval.Training.Losses;
using Retrieval.Training.Sampling;
using Retrieval.Training.Steps;

namespace Retrieval.Tests.Training;

/// <summary>Training steps over tuples.</summary>
internal static class TupleSteps
{
    /// <param name="network">The network that is trained.</param>
    /// <param name="loss">Loss over tuples.</param>
    /// <param name="mode">Batch or frozen statistics.</param>
    /// <param name="length">Images of a tuple.</param>
    /// <param name="batchNegatives">Whether the tuples of a run serve each other as further negatives.</param>
    public static TrainingStep Create(DescriptorNetwork network, ITupleLoss loss, PassMode mode, int length, bool batchNegatives = false) =>
        new(network, new WeightedLosses((new TupleTerm("tuples", loss), 1)), mode, new BatchLayout(length, length, 1, "tuples", GroupsStandAlone: true), batchNegatives);

    /// <summary>Rows of tuples, one after another.</summary>
    /// <param name="labels">-1 query, 1 positive, 0 negative, one for each image.</param>
    /// <param name="clusters">Cluster of each tuple's query.</param>
    public static BatchRow[] Rows(int[] labels, int[]? clusters = null)
    {
        var length = labels.Length / (clusters?.Length ?? 1);
        return [.. labels.Select((label, place) => new BatchRow(place, place, label, clusters?[place / length] ?? 0))];
    }
}
