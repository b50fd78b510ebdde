using System.Numerics.Tensors;

namespace Retrieval.Training.Clustering;

/// <summary>Where NetVLAD's parameters start.</summary>
/// <param name="Weights">W [K, C].</param>
/// <param name="Bias">b [K], or null for an assignment without.</param>
/// <param name="Centroids">c [K, C].</param>
/// <param name="Alpha">How sharp the assignment is.</param>
public sealed record NetVladStart(float[] Weights, float[]? Bias, float[] Centroids, double Alpha)
{
    /// <summary>The wanted ratio of the two largest weights of an assignment.</summary>
    private const double Ratio = 100;

    /// <summary>
    /// As the paper has it: W = 2 alpha c, b = -alpha |c|^2, so that a_k is in proportion to exp(-alpha |x - c_k|^2), with alpha = ln(100) / mean(d2^2 - d1^2) over the
    /// descriptors, d1 and d2 the distances to the nearest and the second nearest centroid: the ratio of the two largest weights is about 100.
    /// </summary>
    /// <param name="descriptors">Sampled local descriptors [N, C], of unit length.</param>
    /// <param name="centroids">[K, C], at least two.</param>
    /// <param name="channels">C.</param>
    /// <exception cref="ArgumentException">No descriptor is nearer to one centroid than to another.</exception>
    public static NetVladStart OfDistances(float[] descriptors, float[] centroids, int channels) =>
        OfSharpness(centroids, channels, Sharpness(descriptors, centroids, channels, SquaredDistance));

    /// <summary>
    /// The reference port's start without bias: W = alpha u with u_k = c_k / |c_k| and alpha = ln(100) / mean(difference of the two largest u_k . x) over the descriptors.
    /// </summary>
    public static NetVladStart OfProducts(float[] descriptors, float[] centroids, int channels)
    {
        var units = (float[])centroids.Clone();
        for (var first = 0; first < units.Length; first += channels)
        {
            var row = units.AsSpan(first, channels);
            TensorPrimitives.Divide(row, (float)Math.Sqrt(SquaredNorm(row)), row);
        }
        var alpha = Sharpness(descriptors, units, channels, (x, u) => -TensorPrimitives.Dot(x, u));
        return new NetVladStart([.. units.Select(value => (float)(alpha * value))], null, centroids, alpha);
    }

    /// <summary>
    /// The reference port's start with bias: W and b as in <see cref="OfDistances"/>, but alpha from the distances of each centroid to its nearest and second nearest
    /// descriptor. Among many descriptors these are nearly the same, and the assignment becomes hard.
    /// </summary>
    public static NetVladStart OfNeighbours(float[] descriptors, float[] centroids, int channels) =>
        OfSharpness(centroids, channels, Sharpness(centroids, descriptors, channels, SquaredDistance));

    /// <summary>A softmax of -alpha |x - c|^2; a large alpha assigns each location to its nearest centroid alone, as VLAD does.</summary>
    public static NetVladStart OfSharpness(float[] centroids, int channels, double alpha)
    {
        var bias = new float[centroids.Length / channels];
        for (var k = 0; k < bias.Length; k++)
            bias[k] = (float)(-alpha * SquaredNorm(centroids.AsSpan(k * channels, channels)));
        return new NetVladStart([.. centroids.Select(value => (float)(2 * alpha * value))], bias, centroids, alpha);
    }

    /// <summary>ln(100) over the mean gap between a row's nearest and second nearest of others.</summary>
    private static double Sharpness(float[] rows, float[] others, int channels, Func<ReadOnlySpan<float>, ReadOnlySpan<float>, double> distance)
    {
        var count = rows.Length / channels;
        var gaps = new double[count];
        Parallel.For(0, count, row =>
        {
            double nearest = double.PositiveInfinity, second = double.PositiveInfinity;
            for (var first = 0; first < others.Length; first += channels)
            {
                var other = distance(rows.AsSpan(row * channels, channels), others.AsSpan(first, channels));
                (nearest, second) = other < nearest ? (other, nearest) : (nearest, Math.Min(second, other));
            }
            gaps[row] = second - nearest;
        });
        var mean = gaps.Average();
        return mean > 0 && double.IsFinite(mean)
            ? Math.Log(Ratio) / mean
            : throw new ArgumentException("NetVLAD's assignment cannot be started: no local descriptor is nearer to one centroid than to another; ask for fewer clusters or give more images");
    }

    private static double SquaredDistance(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        double distance = TensorPrimitives.Distance(a, b);
        return distance * distance;
    }

    private static double SquaredNorm(ReadOnlySpan<float> row) => TensorPrimitives.SumOfSquares(row);
}
