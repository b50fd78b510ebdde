namespace Retrieval.Index.Centroids;

/// <summary>Adds up embeddings in float64 and gives the direction of their mean.</summary>
internal sealed class CentroidSum(int dimension)
{
    private readonly double[] _sum = new double[dimension];

    public void Add(ReadOnlySpan<float> embedding)
    {
        for (var d = 0; d < _sum.Length; d++)
            _sum[d] += embedding[d];
    }

    /// <summary>Writes the mean, L2-normalised: how many were added does not matter to it.</summary>
    public void Write(Span<float> centroid)
    {
        var square = 0.0;
        foreach (var value in _sum)
            square += value * value;
        var scale = square > 0 ? 1 / Math.Sqrt(square) : 0;
        for (var d = 0; d < _sum.Length; d++)
            centroid[d] = (float)(_sum[d] * scale);
    }

    /// <summary>Writes the mean of all that were added but one, L2-normalised; zero where nothing but rounding is left.</summary>
    public void WriteWithout(ReadOnlySpan<float> embedding, Span<float> centroid)
    {
        const double rounding = 1e-12;
        double square = 0, whole = 0;
        for (var d = 0; d < _sum.Length; d++)
            (square, whole) = (square + ((_sum[d] - embedding[d]) * (_sum[d] - embedding[d])), whole + (_sum[d] * _sum[d]));
        var scale = square > rounding * rounding * whole ? 1 / Math.Sqrt(square) : 0;
        for (var d = 0; d < _sum.Length; d++)
            centroid[d] = (float)((_sum[d] - embedding[d]) * scale);
    }

    /// <summary>Of the angle between an embedding and a vector of unit length; 0 for an embedding of zeros.</summary>
    public static double Cosine(ReadOnlySpan<float> embedding, ReadOnlySpan<float> unit)
    {
        double dot = 0, square = 0;
        for (var d = 0; d < embedding.Length; d++)
            (dot, square) = (dot + ((double)embedding[d] * unit[d]), square + ((double)embedding[d] * embedding[d]));
        return square > 0 ? dot / Math.Sqrt(square) : 0;
    }
}
