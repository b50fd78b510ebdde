using Retrieval.Evaluation;

namespace Retrieval.Datasets.Readers;

/// <summary>A benchmark that looks for photographs of the same thing, or copies of the same photograph.</summary>
/// <param name="Name">The dataset's name.</param>
/// <param name="Protocol">The protocol's name.</param>
/// <param name="Images">All images.</param>
/// <param name="Database">Which of them are searched.</param>
/// <param name="Queries">Which of them ask.</param>
/// <param name="Variants">What is right, by variant of the protocol.</param>
/// <param name="Rules">How rankings are scored.</param>
/// <param name="QuarterTurns">By how many quarters of a circle each image is turned with the clock before it is shown; null for none.</param>
public sealed record InstanceBenchmark(string Name, string Protocol, IReadOnlyList<ImageItem> Images, int[] Database, int[] Queries,
    IReadOnlyList<(string? Variant, IGroundTruth Truth)> Variants, ScoringRules Rules, int[]? QuarterTurns = null);
