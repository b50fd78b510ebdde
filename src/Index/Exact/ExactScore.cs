using System.Runtime.Intrinsics;
using Retrieval.Host;

namespace Retrieval.Index.Exact;

/// <summary>
/// Scores in float64. Sixteen running sums, added up in one fixed order: the same bits on every processor, whichever
/// vectors it has. A product of two float32 values is exact in float64, so only the sums round.
/// </summary>
internal static unsafe class ExactScore
{
    private const int Stride = 16;

    public static double Of(SearchMetric metric, float* query, float* descriptor, int dimension) => metric == SearchMetric.InnerProduct
        ? Dot(query, descriptor, dimension)
        : -SquaredDistance(query, descriptor, dimension);

    /// <summary>q . x</summary>
    public static double Dot(float* a, float* b, int dimension)
    {
        Vector256<double> sum0 = default, sum1 = default, sum2 = default, sum3 = default;
        var i = 0;
        for (; i <= dimension - Stride; i += Stride)
        {
            var (a0, a1) = Vector256.Widen(Vector256.Load(a + i));
            var (a2, a3) = Vector256.Widen(Vector256.Load(a + i + 8));
            var (b0, b1) = Vector256.Widen(Vector256.Load(b + i));
            var (b2, b3) = Vector256.Widen(Vector256.Load(b + i + 8));
            sum0 += a0 * b0;
            sum1 += a1 * b1;
            sum2 += a2 * b2;
            sum3 += a3 * b3;
        }
        var tail = 0.0;
        for (; i < dimension; i++)
            tail += (double)a[i] * b[i];
        return Total(sum0, sum1, sum2, sum3) + tail;
    }

    /// <summary>|q - x|^2</summary>
    public static double SquaredDistance(float* a, float* b, int dimension)
    {
        Vector256<double> sum0 = default, sum1 = default, sum2 = default, sum3 = default;
        var i = 0;
        for (; i <= dimension - Stride; i += Stride)
        {
            var (a0, a1) = Vector256.Widen(Vector256.Load(a + i));
            var (a2, a3) = Vector256.Widen(Vector256.Load(a + i + 8));
            var (b0, b1) = Vector256.Widen(Vector256.Load(b + i));
            var (b2, b3) = Vector256.Widen(Vector256.Load(b + i + 8));
            Vector256<double> d0 = a0 - b0, d1 = a1 - b1, d2 = a2 - b2, d3 = a3 - b3;
            sum0 += d0 * d0;
            sum1 += d1 * d1;
            sum2 += d2 * d2;
            sum3 += d3 * d3;
        }
        var tail = 0.0;
        for (; i < dimension; i++)
        {
            var difference = (double)a[i] - b[i];
            tail += difference * difference;
        }
        return Total(sum0, sum1, sum2, sum3) + tail;
    }

    private static double Total(Vector256<double> sum0, Vector256<double> sum1, Vector256<double> sum2, Vector256<double> sum3)
    {
        var sum = sum0 + sum1 + (sum2 + sum3);
        return sum[0] + sum[1] + (sum[2] + sum[3]);
    }
}
