using Retrieval.Evaluation.GroundTruths;

namespace Retrieval.Evaluation;

/// <summary>The revisited protocol: one pass over the rankings scores easy, medium and hard together.</summary>
public sealed class RevisitedEvaluator(RevisitedGroundTruth truth, ScoringRules rules)
{
    private readonly RankingEvaluator[] _variants =
        [.. Enum.GetValues<Difficulty>().Select(difficulty => new RankingEvaluator(truth.For(difficulty), rules))];

    /// <inheritdoc cref="RankingEvaluator.Add"/>
    public void Add(int query, ReadOnlySpan<long> ranking)
    {
        foreach (var variant in _variants)
            variant.Add(query, ranking);
    }

    /// <inheritdoc cref="RankingEvaluator.AddRows"/>
    public void AddRows(int firstQuery, ReadOnlySpan<long> rankings, int k)
    {
        foreach (var variant in _variants)
            variant.AddRows(firstQuery, rankings, k);
    }

    /// <summary>The figures of one variant, whose name goes into the protocol.</summary>
    /// <exception cref="InvalidOperationException">Some query's ranking has not come.</exception>
    public RetrievalFigures Figures(Difficulty difficulty, Protocol protocol) =>
        _variants[(int)difficulty].Figures(protocol with { Variant = difficulty.ToString().ToLowerInvariant() });
}
