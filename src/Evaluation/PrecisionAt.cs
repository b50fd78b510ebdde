namespace Retrieval.Evaluation;

/// <summary>Precision among the first k answers of one query, with the cut-off of the revisited Oxford and Paris code.</summary>
public static class PrecisionAt
{
    /// <summary>
    /// Share of positives among the first k' answers, k' = min(k, place of the last positive), places counted from 1 with
    /// junk taken out: a query with fewer than k positives can still reach 1.
    /// </summary>
    /// <remarks>
    /// When some positive was not retrieved, the last one's place is unknown and k' = k. If the ranking reached place k
    /// this is the full ordering's value, otherwise a lower bound of it.
    /// </remarks>
    /// <param name="positiveRanks">0-based ascending ranks of the retrieved positives, junk taken out.</param>
    /// <param name="positiveCount">All positives of the query, retrieved or not; the result is NaN when there are none.</param>
    /// <param name="k">At least 1.</param>
    public static double Compute(ReadOnlySpan<int> positiveRanks, int positiveCount, int k)
    {
        if (positiveCount == 0)
            return double.NaN;
        var places = positiveRanks.Length == positiveCount ? Math.Min(k, positiveRanks[^1] + 1) : k;
        var hits = 0;
        while (hits < positiveRanks.Length && positiveRanks[hits] < places)
            hits++;
        return (double)hits / places;
    }
}
