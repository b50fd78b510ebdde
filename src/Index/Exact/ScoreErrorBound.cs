using Retrieval.Host;

namespace Retrieval.Index.Exact;

/// <summary>
/// How far a score computed in float32 can lie from the true one, whatever the order of its sums and with or without
/// fused operations: |fl(q . x) - q . x| &lt;= gamma_D |q| |x| with gamma_n = n u / (1 - n u), u = 2^-24
/// (Higham, Accuracy and Stability of Numerical Algorithms, section 3.1, and Cauchy-Schwarz).
/// </summary>
internal static class ScoreErrorBound
{
    private const double UnitRoundoff = 1.0 / (1 << 24);

    /// <summary>Half the largest float32: beyond it a sum may overflow on its way.</summary>
    private const double Overflow = float.MaxValue / 2;

    /// <summary>Vectors of more elements than this are not bounded.</summary>
    private const int RoundingLimit = 1 << 22;

    /// <summary>
    /// The bound for one query against every descriptor no longer than <paramref name="longestNorm"/>; infinite where
    /// float32 may overflow.
    /// </summary>
    public static double Of(SearchMetric metric, int dimension, double queryNorm, double longestNorm)
    {
        // 2 q . x - |x|^2 - |q|^2: every term carries the errors of a sum of D products and of the additions that follow.
        var (roundings, scale) = metric == SearchMetric.InnerProduct
            ? (dimension, queryNorm * longestNorm)
            : (dimension + 4, (queryNorm + longestNorm) * (queryNorm + longestNorm));
        if (!(scale < Overflow) || roundings > RoundingLimit)
            return double.PositiveInfinity;
        var gamma = roundings * UnitRoundoff / (1 - (roundings * UnitRoundoff));
        // Values below 2^-126 may be flushed to zero: once for each input and each intermediate result.
        var underflow = Math.ScaleB(4.0 * (dimension + 4), -126) * (1 + queryNorm + longestNorm);
        // The last factor covers the float64 arithmetic of this bound and of the scores that it is compared with.
        return ((gamma * scale) + underflow) * (1 + 1e-6);
    }
}
