using Retrieval.Imaging.Loading;
using Retrieval.Training.Data;

namespace Retrieval.Training.Mining;

/// <summary>An epoch's tuples and how hard they are.</summary>
/// <param name="Tuples">In training order.</param>
/// <param name="MeanPositiveDistance">Mean Euclidean distance between query and positive before the epoch.</param>
/// <param name="MeanNegativeDistance">Mean Euclidean distance between query and negatives before the epoch.</param>
/// <param name="Failures">Images that were drawn and could not be read: no tuple holds one.</param>
public sealed record MinedEpoch(IReadOnlyList<TrainingTuple> Tuples, double MeanPositiveDistance, double MeanNegativeDistance, ImageFailures Failures);
