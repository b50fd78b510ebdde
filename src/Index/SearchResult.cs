namespace Retrieval.Index;

/// <summary>The answer to a search: for every query the same number of ids, best first, and their scores.</summary>
public sealed class SearchResult
{
    private readonly long[] _ids;
    private readonly float[] _scores;

    internal SearchResult(int queryCount, int resultCount)
    {
        QueryCount = queryCount;
        ResultCount = resultCount;
        _ids = new long[(long)queryCount * resultCount];
        _scores = new float[(long)queryCount * resultCount];
    }

    /// <summary>Queries, Q.</summary>
    public int QueryCount { get; }

    /// <summary>Results of each query: k, or as many as the index holds (and the filter allows) when that is fewer.</summary>
    public int ResultCount { get; }

    /// <summary>[Q, ResultCount], best first, equal scores by rising id.</summary>
    public ReadOnlySpan<long> Ids => _ids;

    /// <summary>[Q, ResultCount]: q . x, or -|q - x|^2, computed in float64 and rounded.</summary>
    public ReadOnlySpan<float> Scores => _scores;

    internal Span<long> WritableIds => _ids;

    internal Span<float> WritableScores => _scores;

    /// <summary>The ids found for one query.</summary>
    public ReadOnlySpan<long> IdsOf(int query) => _ids.AsSpan(query * ResultCount, ResultCount);

    /// <summary>The scores found for one query.</summary>
    public ReadOnlySpan<float> ScoresOf(int query) => _scores.AsSpan(query * ResultCount, ResultCount);
}
