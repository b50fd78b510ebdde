using System.Numerics.Tensors;

namespace Retrieval.Training.Mining;

/// <summary>
/// Weakly supervised choice for a query with a known place (NetVLAD, CVPR 2016): the positive is the nearest of the potential positives by
/// the current descriptors; negatives are those of the nearest candidates that come closer than d_positive + sqrt(margin), nearest first.
/// </summary>
/// <param name="margin">Margin on squared distances; rooted because these distances are not squared.</param>
/// <param name="candidates">How many of the nearest negatives are looked at.</param>
/// <param name="negatives">Most negatives taken.</param>
public sealed class PlaceMiner(double margin, int candidates, int negatives)
{
    /// <summary>Chooses; no violating negative means that the query teaches nothing and is skipped.</summary>
    /// <param name="query">Descriptor [D].</param>
    /// <param name="database">Descriptors [N, D].</param>
    /// <param name="potentialPositives">Database rows near the query's place, at least one.</param>
    /// <param name="negativeDraws">Database rows that are surely elsewhere: drawn anew, and the hardest of the epoch before; repetitions do not matter.</param>
    public (int Positive, int[] Negatives) Mine(ReadOnlySpan<float> query, ReadOnlySpan<float> database, IReadOnlyList<int> potentialPositives, IEnumerable<int> negativeDraws)
    {
        var (positive, positiveDistance) = Nearest(query, database, potentialPositives)[0];
        var reach = positiveDistance + Math.Sqrt(margin);
        var violating = Nearest(query, database, negativeDraws.Distinct()).Take(candidates).TakeWhile(pair => pair.Distance < reach).Take(negatives);
        return (positive, [.. violating.Select(pair => pair.Row)]);
    }

    private static List<(int Row, double Distance)> Nearest(ReadOnlySpan<float> query, ReadOnlySpan<float> database, IEnumerable<int> rows)
    {
        var result = new List<(int Row, double Distance)>();
        foreach (var row in rows)
            result.Add((row, TensorPrimitives.Distance(query, database.Slice(row * query.Length, query.Length))));
        result.Sort((a, b) => a.Distance != b.Distance ? a.Distance.CompareTo(b.Distance) : a.Row.CompareTo(b.Row));
        return result;
    }
}
