namespace Retrieval.Evaluation.GroundTruths;

/// <summary>Easy, hard and junk images of each query: the revisited Oxford and Paris annotation, from which the three variants follow.</summary>
public sealed class RevisitedGroundTruth
{
    private readonly ListedGroundTruth[] _variants;

    /// <param name="databaseCount">Images in the database.</param>
    /// <param name="easy">Database indices, a list a query; likewise the others.</param>
    /// <param name="hard">Right answers that are hard to find.</param>
    /// <param name="junk">Images to ignore always.</param>
    /// <exception cref="ArgumentException">An index lies outside the database or is listed twice for a query, or the lists' numbers differ.</exception>
    public RevisitedGroundTruth(
        int databaseCount,
        IReadOnlyList<IReadOnlyList<int>> easy,
        IReadOnlyList<IReadOnlyList<int>> hard,
        IReadOnlyList<IReadOnlyList<int>> junk)
    {
        if (hard.Count != easy.Count || junk.Count != easy.Count)
            throw new ArgumentException($"easy is listed for {easy.Count} queries, hard for {hard.Count}, junk for {junk.Count}");
        _variants =
        [
            new ListedGroundTruth(databaseCount, easy, Joined(junk, hard)),
            new ListedGroundTruth(databaseCount, Joined(easy, hard), junk),
            new ListedGroundTruth(databaseCount, hard, Joined(junk, easy)),
        ];
    }

    public int QueryCount => _variants[0].QueryCount;

    public int DatabaseCount => _variants[0].DatabaseCount;

    public ListedGroundTruth For(Difficulty difficulty) => _variants[(int)difficulty];

    private static int[][] Joined(IReadOnlyList<IReadOnlyList<int>> first, IReadOnlyList<IReadOnlyList<int>> second) =>
        [.. first.Zip(second, (a, b) => (int[])[.. a, .. b])];
}
