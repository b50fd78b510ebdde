using Retrieval.Host;

namespace Retrieval.Tests.Host;

/// <summary>Inputs of an instance normalisation and what double precision makes of them.</summary>
internal sealed class InstanceNormCase
{
    private const float Epsilon = 1e-5f;

    private readonly int _images, _positions;

    /// <param name="images">N.</param>
    /// <param name="positions">H W.</param>
    /// <param name="channels">C.</param>
    /// <param name="split">Channels that are normalised by image.</param>
    /// <param name="stored">Whether the others have stored statistics.</param>
    /// <param name="type">What the maps hold.</param>
    /// <param name="offset">Mean of channel c over c.</param>
    public InstanceNormCase(int images, int positions, int channels, int split, bool stored, ElementType type = ElementType.Float32, float offset = 0)
    {
        (_images, _positions, Channels, Split, Stored) = (images, positions, channels, split, stored);
        Shape = new Shape(images, positions, 1, channels);
        Table = new Shape(images, channels);
        X = Activations.Rounded([.. Reference.Random(Shape.Count, 1).Select((value, i) => value + (i % channels * offset))], type);
        Dy = Activations.Rounded(Reference.Random(Shape.Count, 2), type);
        Gamma = [.. Reference.Random(channels, 3).Select(value => value + 1.5f)];
        Beta = Reference.Random(channels, 4);
        OldMeans = Reference.Random(channels - split, 5);
        OldVariances = [.. Reference.Random(channels - split, 6).Select(value => value + 1.5f)];
        (Means, Variances) = FindStatistics();
    }

    public int Channels { get; }

    public int Split { get; }

    public bool Stored { get; }

    public Shape Shape { get; }

    public Shape Table { get; }

    public float[] X { get; }

    public float[] Dy { get; }

    public float[] Gamma { get; }

    public float[] Beta { get; }

    public float[] OldMeans { get; }

    public float[] OldVariances { get; }

    /// <summary>Of each image and channel.</summary>
    public double[] Means { get; }

    public double[] Variances { get; }

    public double[] Normalised(bool relu) => [.. X.Select((_, i) =>
    {
        var result = (Normal(i) * Gamma[i % Channels]) + Beta[i % Channels];
        return relu ? Math.Max(0, result) : result;
    })];

    /// <summary>The running statistics of the channels from <see cref="Split"/> on, after the pass.</summary>
    public (double[] Means, double[] Variances) Running(float momentum)
    {
        if (Stored)
            return ([.. OldMeans], [.. OldVariances]);
        double count = _images * _positions, unbiased = count / Math.Max(1, count - 1);
        return ([.. OldMeans.Select((old, c) => ((1 - momentum) * old) + (momentum * Means[Split + c]))],
            [.. OldVariances.Select((old, c) => ((1 - momentum) * old) + (momentum * Variances[Split + c] * unbiased))]);
    }

    public (double[] Dx, double[] DGamma, double[] DBeta) Gradients(float[]? output)
    {
        double[] g = [.. Dy.Select((value, i) => output == null || output[i] > 0 ? value : 0.0)], dGamma = new double[Channels], dBeta = new double[Channels];
        double[] sums = new double[Table.Count], products = new double[Table.Count];
        for (var i = 0; i < g.Length; i++)
        {
            sums[At(i)] += g[i];
            products[At(i)] += g[i] * Normal(i);
        }
        for (var at = 0; at < sums.Length; at++)
        {
            dBeta[at % Channels] += sums[at];
            dGamma[at % Channels] += products[at];
        }
        return ([.. g.Select((value, i) => Gamma[i % Channels] / Math.Sqrt(Variances[At(i)] + Epsilon) * (value - Share(i, sums, dBeta) - (Normal(i) * Share(i, products, dGamma))))], dGamma, dBeta);
    }

    /// <summary>The mean of what was summed over what the element was normalised with.</summary>
    private double Share(int i, double[] ofImages, double[] ofAll) =>
        i % Channels < Split ? ofImages[At(i)] / _positions : Stored ? 0 : ofAll[i % Channels] / (_images * _positions);

    private double Normal(int i) => (X[i] - Means[At(i)]) / Math.Sqrt(Variances[At(i)] + Epsilon);

    private int At(int i) => (i / (_positions * Channels) * Channels) + (i % Channels);

    private (double[] Means, double[] Variances) FindStatistics()
    {
        double[] means = new double[Table.Count], variances = new double[Table.Count];
        for (var c = 0; c < Channels; c++)
        {
            for (var n = 0; n < _images; n++)
            {
                if (c >= Split && Stored)
                    (means[(n * Channels) + c], variances[(n * Channels) + c]) = (OldMeans[c - Split], OldVariances[c - Split]);
                else
                    (means[(n * Channels) + c], variances[(n * Channels) + c]) = c < Split ? Moments(c, n, n + 1) : n == 0 ? Moments(c, 0, _images) : (means[c], variances[c]);
            }
        }
        return (means, variances);
    }

    private (double Mean, double Variance) Moments(int c, int first, int end)
    {
        double sum = 0, squares = 0, count = (end - first) * (double)_positions;
        for (var row = first * _positions; row < end * _positions; row++)
            sum += X[(row * Channels) + c];
        for (var row = first * _positions; row < end * _positions; row++)
            squares += Math.Pow(X[(row * Channels) + c] - (sum / count), 2);
        return (sum / count, squares / count);
    }
}
