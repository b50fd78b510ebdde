namespace Retrieval.Evaluation;

/// <summary>Finds where a query's positives stand in its ranking once junk is taken out. Keeps its buffers from query to query.</summary>
internal sealed class PositiveRanks
{
    private readonly HashSet<int> _seen = [];
    private int[] _ranks = new int[64];

    /// <summary>
    /// 0-based ascending ranks of the positives that the ranking (the database, best first, or its top k) holds, valid until the next call. Reading stops at the last
    /// positive, since nothing behind it changes a figure.
    /// </summary>
    /// <exception cref="ArgumentException">The ranking names an image that the database lacks, or a positive twice.</exception>
    public ReadOnlySpan<int> Find(IGroundTruth truth, int query, ReadOnlySpan<long> ranking)
    {
        _seen.Clear();
        int wanted = truth.PositiveCount(query), databaseCount = truth.DatabaseCount, found = 0, rank = 0;
        for (var i = 0; i < ranking.Length && found < wanted; i++)
        {
            if ((ulong)ranking[i] >= (ulong)databaseCount)
                throw new ArgumentException($"ranking of query {query}: place {i} names image {ranking[i]} of {databaseCount}");
            var index = (int)ranking[i];
            var relevance = truth.Judge(query, index);
            if (relevance == Relevance.Junk)
                continue;
            if (relevance == Relevance.Positive)
            {
                if (!_seen.Add(index))
                    throw new ArgumentException($"ranking of query {query}: image {index} occurs twice");
                if (found == _ranks.Length)
                    Array.Resize(ref _ranks, 2 * found);
                _ranks[found++] = rank;
            }
            rank++;
        }
        return _ranks.AsSpan(0, found);
    }
}
