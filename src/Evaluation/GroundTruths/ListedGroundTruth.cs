namespace Retrieval.Evaluation.GroundTruths;

/// <summary>Positives and junk are listed for each query, as landmark and place benchmarks do.</summary>
public sealed class ListedGroundTruth : IGroundTruth
{
    private readonly Dictionary<int, Relevance>[] _judgements;
    private readonly int[] _positiveCounts;

    /// <param name="databaseCount">Images in the database.</param>
    /// <param name="positives">Database indices of the right answers, a list a query.</param>
    /// <param name="junk">Database indices to ignore, a list a query; null when no query has any.</param>
    /// <exception cref="ArgumentException">An index lies outside the database or is listed twice for a query, or the lists' numbers differ.</exception>
    public ListedGroundTruth(int databaseCount, IReadOnlyList<IReadOnlyList<int>> positives, IReadOnlyList<IReadOnlyList<int>>? junk = null)
    {
        if (junk is not null && junk.Count != positives.Count)
            throw new ArgumentException($"positives are listed for {positives.Count} queries, junk for {junk.Count}");
        DatabaseCount = databaseCount;
        _judgements = new Dictionary<int, Relevance>[positives.Count];
        _positiveCounts = new int[positives.Count];
        for (var query = 0; query < positives.Count; query++)
        {
            _judgements[query] = [];
            Enter(query, positives[query], Relevance.Positive);
            Enter(query, junk?[query] ?? [], Relevance.Junk);
            _positiveCounts[query] = positives[query].Count;
        }
    }

    public int QueryCount => _judgements.Length;

    public int DatabaseCount { get; }

    public int PositiveCount(int query) => _positiveCounts[query];

    public Relevance Judge(int query, int databaseIndex) => _judgements[query].GetValueOrDefault(databaseIndex, Relevance.Negative);

    private void Enter(int query, IReadOnlyList<int> indices, Relevance relevance)
    {
        foreach (var index in indices)
        {
            if ((uint)index >= (uint)DatabaseCount)
                throw new ArgumentException($"query {query} lists image {index}, but the database holds {DatabaseCount} images");
            if (!_judgements[query].TryAdd(index, relevance))
                throw new ArgumentException($"query {query} lists image {index} twice");
        }
    }
}
