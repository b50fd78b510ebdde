namespace Retrieval.Evaluation.GroundTruths;

/// <summary>Positives are the database images with the query's label.</summary>
public sealed class LabelGroundTruth : IGroundTruth
{
    private const int NotInDatabase = -1;

    private readonly int[] _queryLabels;
    private readonly int[] _databaseLabels;
    private readonly int[]? _ownEntries;
    private readonly Dictionary<int, int> _labelCounts = [];

    private LabelGroundTruth(int[] queryLabels, int[] databaseLabels, int[]? ownEntries)
    {
        _queryLabels = queryLabels;
        _databaseLabels = databaseLabels;
        _ownEntries = ownEntries;
        foreach (var label in databaseLabels)
            _labelCounts[label] = _labelCounts.GetValueOrDefault(label) + 1;
    }

    public int QueryCount => _queryLabels.Length;

    public int DatabaseCount => _databaseLabels.Length;

    /// <summary>Queries that stand outside the database, or whose own entry counts as a right answer.</summary>
    public static LabelGroundTruth Between(IEnumerable<int> queryLabels, IEnumerable<int> databaseLabels) =>
        new([.. queryLabels], [.. databaseLabels], null);

    /// <summary>Every database image queries all others: its own entry is ignored.</summary>
    public static LabelGroundTruth LeaveOneOut(IReadOnlyList<int> labels) =>
        LeaveOneOut(labels, [.. Enumerable.Range(0, labels.Count)]);

    /// <summary>Some database images query all others: their own entries are ignored.</summary>
    /// <param name="labels">Of the database.</param>
    /// <param name="queryIndices">Database index of each query.</param>
    public static LabelGroundTruth LeaveOneOut(IReadOnlyList<int> labels, IReadOnlyList<int> queryIndices) =>
        new([.. queryIndices.Select(index => labels[index])], [.. labels], [.. queryIndices]);

    public int PositiveCount(int query) =>
        _labelCounts.GetValueOrDefault(_queryLabels[query]) - (_ownEntries is null ? 0 : 1);

    public Relevance Judge(int query, int databaseIndex)
    {
        if (databaseIndex == OwnEntry(query))
            return Relevance.Junk;
        return _databaseLabels[databaseIndex] == _queryLabels[query] ? Relevance.Positive : Relevance.Negative;
    }

    private int OwnEntry(int query) => _ownEntries is null ? NotInDatabase : _ownEntries[query];
}
