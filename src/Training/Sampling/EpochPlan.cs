using Retrieval.Imaging.Loading;

namespace Retrieval.Training.Sampling;

/// <summary>An epoch's batches.</summary>
/// <param name="Batches">Rows of each, whole groups one after another (<see cref="BatchLayout"/>).</param>
/// <param name="Failures">Images that could not be read so far; no batch holds one of them.</param>
public sealed record EpochPlan(IReadOnlyList<BatchRow[]> Batches, ImageFailures Failures)
{
    /// <summary>Mean Euclidean distance between queries and positives before the epoch, where the source measures it.</summary>
    public double? MeanPositiveDistance { get; init; }

    /// <summary>Mean Euclidean distance between queries and negatives before the epoch, where the source measures it.</summary>
    public double? MeanNegativeDistance { get; init; }
}
