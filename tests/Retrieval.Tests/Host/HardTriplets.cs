using Retrieval.Host;

namespace Retrieval.Tests.Host;

/// <summary>Batch-hard mining and its loss by plain loops in double precision, over all pairs of rows.</summary>
internal static class HardTriplets
{
    private const double Smallest = 1e-12;

    public sealed record Result(double Loss, double[][] Gradient, int[] Positives, int[] Negatives, double[] PositiveDistances, double[] NegativeDistances);

    /// <summary>The mean over anchors that see a negative.</summary>
    public static Result Mine(double[][] rows, int[] labels, Func<int, bool> isAnchor, Func<int, int, bool> sees, TripletCost cost)
    {
        var count = rows.Length;
        int[] positives = [.. Enumerable.Repeat(-1, count)], negatives = [.. positives];
        double[] far = new double[count], near = new double[count];
        for (var row = 0; row < count; row++)
            for (var other = 0; other < count; other++)
            {
                if (!sees(row, other))
                    continue;
                var distance = Distance(rows[row], rows[other], cost.Distance);
                if (labels[row] == labels[other] && (positives[row] < 0 || distance > far[row]))
                    (positives[row], far[row]) = (other, distance);
                if (labels[row] != labels[other] && (negatives[row] < 0 || distance < near[row]))
                    (negatives[row], near[row]) = (other, distance);
            }
        var gradient = rows.Select(row => new double[row.Length]).ToArray();
        int[] anchors = [.. Enumerable.Range(0, count).Where(row => isAnchor(row) && positives[row] >= 0 && negatives[row] >= 0)];
        var loss = 0.0;
        foreach (var row in anchors)
        {
            var excess = far[row] - near[row];
            var slope = cost.Soft ? 1 / (1 + Math.Exp(-excess)) : excess + cost.Margin > 0 ? 1 : 0;
            loss += (cost.Soft ? Math.Log(1 + Math.Exp(excess)) : Math.Max(excess + cost.Margin, 0)) / anchors.Length;
            AddSlope(rows, gradient, row, positives[row], slope / anchors.Length, cost.Distance);
            AddSlope(rows, gradient, row, negatives[row], -slope / anchors.Length, cost.Distance);
        }
        return new Result(loss, gradient, positives, negatives, far, near);
    }

    public static double[][] Rows(float[] values, int dimension) => [.. values.Chunk(dimension).Select(row => Array.ConvertAll(row, value => (double)value))];

    private static double Distance(double[] a, double[] b, PairDistance kind)
    {
        var square = a.Zip(b, (x, y) => (x - y) * (x - y)).Sum();
        return kind switch
        {
            PairDistance.Euclidean => Math.Sqrt(Math.Max(square, Smallest)),
            PairDistance.SquaredEuclidean => square,
            _ => Math.Max(1 - a.Zip(b, (x, y) => x * y).Sum(), Smallest),
        };
    }

    private static void AddSlope(double[][] rows, double[][] gradient, int a, int b, double factor, PairDistance kind)
    {
        var distance = Distance(rows[a], rows[b], kind);
        for (var i = 0; i < rows[a].Length; i++)
        {
            var difference = rows[a][i] - rows[b][i];
            var (da, db) = kind switch
            {
                PairDistance.Euclidean when distance <= 1e-6 => (0, 0),
                PairDistance.Euclidean => (difference / distance, -difference / distance),
                PairDistance.SquaredEuclidean => (2 * difference, -2 * difference),
                _ when distance <= Smallest => (0, 0),
                _ => (-rows[b][i], -rows[a][i]),
            };
            gradient[a][i] += factor * da;
            gradient[b][i] += factor * db;
        }
    }
}
