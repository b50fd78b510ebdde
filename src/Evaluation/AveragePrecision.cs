namespace Retrieval.Evaluation;

/// <summary>Average precision of one query from the ranks of its retrieved positives.</summary>
/// <remarks>
/// Ranks are 0-based, ascending, junk already taken out. Positives that were not retrieved add nothing to the sum but
/// count in the divisor. Results are in [0, 1], and NaN for a query without positives.
/// </remarks>
public static class AveragePrecision
{
    public static double Compute(ApIntegration integration, ReadOnlySpan<int> positiveRanks, int positiveCount) => integration switch
    {
        ApIntegration.Trapezoid => Trapezoid(positiveRanks, positiveCount),
        ApIntegration.Rectangle => Rectangle(positiveRanks, positiveCount),
        _ => throw new ArgumentOutOfRangeException(nameof(integration), integration, "not an integration of the precision-recall curve"),
    };

    /// <summary>AP = 1/n sum_j ( j/r_j + (j+1)/(r_j+1) ) / 2, the first quotient being 1 when r_j = 0: the Oxford protocol.</summary>
    public static double Trapezoid(ReadOnlySpan<int> positiveRanks, int positiveCount)
    {
        var area = 0.0;
        for (var j = 0; j < positiveRanks.Length; j++)
        {
            var rank = positiveRanks[j];
            var before = rank == 0 ? 1.0 : (double)j / rank;
            area += before + PrecisionAtPositive(j, rank);
        }
        return area / (2.0 * positiveCount);
    }

    /// <summary>AP = 1/n sum_j (j+1)/(r_j+1): the mean over positives of the precision at the positive.</summary>
    public static double Rectangle(ReadOnlySpan<int> positiveRanks, int positiveCount)
    {
        var area = 0.0;
        for (var j = 0; j < positiveRanks.Length; j++)
            area += PrecisionAtPositive(j, positiveRanks[j]);
        return area / positiveCount;
    }

    private static double PrecisionAtPositive(int j, int rank) => (j + 1.0) / (rank + 1.0);
}
