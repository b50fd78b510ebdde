using Retrieval.Evaluation;
using Retrieval.Evaluation.Reidentification;

namespace Retrieval.Cli.Jobs;

/// <summary>A benchmark's database with centroids in place of its images.</summary>
/// <param name="Name">Which centroids these are.</param>
/// <param name="Groups">Members are positions in <see cref="Benchmark.Database"/>.</param>
/// <param name="Truth">Which centroids are right.</param>
/// <param name="LeavesQueryOut">Whether queries are database images, each of which is left out of the centroid that it meets of its own group.</param>
internal sealed record CentroidVariant(string Name, IReadOnlyList<CentroidGroup> Groups, IGroundTruth Truth, bool LeavesQueryOut = false);
