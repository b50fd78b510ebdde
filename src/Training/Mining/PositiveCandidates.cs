using Retrieval.Datasets.Reconstructions;
using Retrieval.Training.Data;

namespace Retrieval.Training.Mining;

/// <summary>What a rule leaves of the queries' candidate positives before any image is described.</summary>
public static class PositiveCandidates
{
    /// <summary>The queries that have a candidate by the rule, with these alone.</summary>
    /// <param name="queries">Queries with all of their candidates.</param>
    /// <param name="options">The rule, and what it asks for.</param>
    /// <exception cref="ArgumentException">The rule needs 3-D points, of which the data knows nothing; or no query has a candidate.</exception>
    public static IReadOnlyList<TrainingQuery> Narrow(IReadOnlyList<TrainingQuery> queries, MiningOptions options)
    {
        TrainingQuery[] left = [.. queries.Select(query => query.CoVisibilities is { } seen ? new TrainingQuery(query.Image, Narrow(query.Positives, seen, options)) : Require(query, options))
            .Where(query => query.Positives.Count > 0)];
        return left.Length > 0 || queries.Count == 0 ? left : throw new ArgumentException($"positives: none of {queries.Count} queries has a candidate with more than {options.Overlap} of " +
            $"its 3-D points in common and a change of scale below {options.ScaleChange}: set sampling.overlap or sampling.scaleChange, or take another rule");
    }

    private static TrainingQuery Require(TrainingQuery query, MiningOptions options) => options.Positives != PositiveRule.MostCommon ? query : throw new ArgumentException(
        "positives: mostCommon needs the 3-D points that images have in common, of which this data knows nothing: expected a folder with 3-D models (sfm/<scene>/sparse/0), or --positives random or nearest");

    private static int[] Narrow(IReadOnlyList<int> positives, IReadOnlyList<CoVisibility> seen, MiningOptions options)
    {
        var neighbours = Enumerable.Range(0, Math.Min(options.Neighbours, positives.Count));
        return options.Positives switch
        {
            // In the order of their numbers, so that a draw does not depend on where cameras stood.
            PositiveRule.Random => [.. Enumerable.Range(0, positives.Count).Where(place => seen[place].IsRelaxedPositive(options.Overlap, options.ScaleChange)).Select(place => positives[place]).Order()],
            PositiveRule.MostCommon => [positives[neighbours.MaxBy(place => seen[place].CommonPoints)]],
            _ => [.. neighbours.Select(place => positives[place])],
        };
    }
}
