using Retrieval.Host;

namespace Retrieval.Tests.Host;

/// <summary>Weighted generalised means of regions and their gradients, in double precision and plain loops.</summary>
internal sealed class WeightedMeans
{
    private readonly float _epsilon;
    private readonly float[]? _weights;

    /// <param name="shape">Shape of the map.</param>
    /// <param name="x">The map.</param>
    /// <param name="regions">Its regions.</param>
    /// <param name="weights">[R, N, H, W]; null for all alike.</param>
    /// <param name="p">One exponent, or one a channel.</param>
    /// <param name="epsilon">Lower clamp.</param>
    /// <param name="dy">[R * N, C].</param>
    public WeightedMeans(Shape shape, float[] x, PoolRegion[] regions, float[]? weights, float[] p, float epsilon, float[] dy)
    {
        (Shape, X, Regions, _weights, P, _epsilon, Dy) = (shape, x, regions, weights, p, epsilon, dy);
        Positions = shape[1] * shape[2];
        (Y, Dx, Dp, Shares) = (new double[dy.Length], new double[x.Length], new double[p.Length], new double[regions.Length * shape[0] * Positions]);
        for (var row = 0; row < regions.Length * shape[0]; row++)
            for (var c = 0; c < shape[3]; c++)
                Pool(row, c);
    }

    public Shape Shape { get; }

    public float[] X { get; }

    public PoolRegion[] Regions { get; }

    public float[] P { get; }

    public float[] Dy { get; }

    public int Positions { get; }

    public double[] Y { get; }

    public double[] Dx { get; }

    public double[] Dp { get; }

    /// <summary>The masks' gradients times the masks.</summary>
    public double[] Shares { get; }

    private void Pool(int row, int c)
    {
        int images = Shape[0], channels = Shape[3], image = row % images, pooled = (row * channels) + c;
        var region = Regions[row / images];
        double p = P[P.Length == 1 ? 0 : c];
        double Weight(int i) => _weights?[(row * Positions) + i] ?? 1.0 / (region.Height * region.Width);
        var held = (from y in Enumerable.Range(region.Row, region.Height) from x in Enumerable.Range(region.Column, region.Width) select (y * Shape[2]) + x)
            .Where(i => Weight(i) >= 1.17549435e-38f).ToArray();
        int At(int i) => (((image * Positions) + i) * channels) + c;
        double Value(int i) => Math.Max((double)X[At(i)], _epsilon);
        var largest = held.Select(Value).DefaultIfEmpty().Max();
        var result = largest == 0 ? 0 : largest * Math.Pow(held.Sum(i => Weight(i) * Math.Pow(Value(i) / largest, p)), 1 / p);
        Y[pooled] = result;
        foreach (var i in held)
        {
            double u = result == 0 ? 0 : Value(i) / result, slope = Math.Exp(((p - 1) * Math.Log(u)) + Math.Log(Weight(i)));
            if (u == 0)
                slope = p == 1 ? Weight(i) : 0;
            Dx[At(i)] += X[At(i)] >= _epsilon ? Dy[pooled] * slope : 0;
            Shares[(row * Positions) + i] += Dy[pooled] * result / p * slope * u;
            if (u > 0)
                Dp[P.Length == 1 ? 0 : c] += Dy[pooled] * result / p * slope * u * Math.Log(u);
        }
    }
}
