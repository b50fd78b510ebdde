namespace Retrieval.Evaluation;

/// <summary>
/// Turns rankings into figures as they stream past: each query's ranking is looked at once and only its score is kept.
/// </summary>
/// <remarks>
/// A ranking may be shorter than the database. A positive that it does not hold counts as not retrieved, so figures are
/// lower bounds of the full ordering's, and <see cref="RetrievalFigures.Depth"/> says where it was cut. One thread at a time.
/// </remarks>
public sealed class RankingEvaluator
{
    private readonly IGroundTruth _truth;
    private readonly ScoringRules _rules;
    private readonly QueryScore?[] _scores;
    private readonly PositiveRanks _positives = new();
    private int _depth;

    /// <exception cref="ArgumentException">The rules are not valid.</exception>
    public RankingEvaluator(IGroundTruth truth, ScoringRules rules)
    {
        rules.Validate();
        _truth = truth;
        _rules = rules;
        _scores = new QueryScore?[truth.QueryCount];
        _depth = truth.DatabaseCount;
    }

    /// <summary>Scores one query.</summary>
    /// <param name="query">Each query once, in any order.</param>
    /// <param name="ranking">Distinct database indices, best first; the whole database or its top k.</param>
    /// <exception cref="ArgumentException">The query came before, or the ranking names an image that the database lacks, or one twice.</exception>
    public void Add(int query, ReadOnlySpan<long> ranking)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(query);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(query, _scores.Length);
        if (_scores[query] is not null)
            throw new ArgumentException($"query {query} was scored before");
        if (ranking.Length > _truth.DatabaseCount)
            throw new ArgumentException($"ranking of query {query}: {ranking.Length} places, but the database holds {_truth.DatabaseCount} images");
        _scores[query] = Score(query, _positives.Find(_truth, query, ranking));
        _depth = Math.Min(_depth, ranking.Length);
    }

    /// <summary>Scores successive queries from a search's table of ids.</summary>
    /// <param name="firstQuery">Query of the first row.</param>
    /// <param name="rankings">Row-major [rows, k]; a row that has fewer answers is filled up with negative numbers.</param>
    /// <param name="k">Answers a row.</param>
    /// <exception cref="ArgumentException">As <see cref="Add"/>, or the table is not a whole number of rows.</exception>
    public void AddRows(int firstQuery, ReadOnlySpan<long> rankings, int k)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(k);
        if (rankings.Length % k != 0)
            throw new ArgumentException($"{rankings.Length} ids are not a whole number of rows of {k}");
        for (var row = 0; row * k < rankings.Length; row++)
        {
            var ranking = rankings.Slice(row * k, k);
            var answers = ranking.IndexOfAnyInRange(long.MinValue, -1);
            Add(firstQuery + row, answers < 0 ? ranking : ranking[..answers]);
        }
    }

    /// <exception cref="InvalidOperationException">Some query's ranking has not come.</exception>
    public RetrievalFigures Figures(Protocol protocol)
    {
        var missing = Array.IndexOf(_scores, null);
        if (missing >= 0)
            throw new InvalidOperationException($"no ranking for query {missing} of {_scores.Length}");
        return new RetrievalFigures(protocol, _rules, [.. _scores.OfType<QueryScore>()], _truth.DatabaseCount, _depth);
    }

    private QueryScore Score(int query, ReadOnlySpan<int> ranks)
    {
        var positiveCount = _truth.PositiveCount(query);
        var precision = new double[_rules.PrecisionAt.Count];
        for (var i = 0; i < precision.Length; i++)
            precision[i] = PrecisionAt.Compute(ranks, positiveCount, _rules.PrecisionAt[i]);
        return new QueryScore(
            query,
            positiveCount,
            ranks.Length,
            ranks.IsEmpty ? null : ranks[0] + 1,
            AveragePrecision.Compute(_rules.Integration, ranks, positiveCount),
            precision);
    }
}
