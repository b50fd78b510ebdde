using Retrieval.Index.Exact;

namespace Retrieval.Index;

/// <summary>
/// v + sum_i max(v . d_i, 0)^alpha d_i over neighbours d_i, L2-normalised; summed in float64. Alpha 0 weighs all alike:
/// average expansion (Chum et al., "Total Recall", ICCV 2007). Above 0 the nearer count more (Radenovic et al.,
/// "Fine-tuning CNN Image Retrieval with No Human Annotation", TPAMI 2019, section 5.2).
/// </summary>
internal sealed class NeighbourBlend(FlatIndex index, double alpha)
{
    private readonly double[] _sum = new double[index.Dimension];
    private readonly float[] _neighbour = new float[index.Dimension];

    /// <summary>Replaces a vector [D] by its blend with rows of the index; rows below 0 are passed over.</summary>
    public void Apply(Span<float> vector, ReadOnlySpan<long> rows)
    {
        for (var i = 0; i < vector.Length; i++)
            _sum[i] = vector[i];
        foreach (var row in rows)
            if (row >= 0)
                AddNeighbour(vector, row);
        var squared = 0.0;
        foreach (var value in _sum)
            squared += value * value;
        var scale = squared > 0 ? 1 / Math.Sqrt(squared) : 0;
        for (var i = 0; i < vector.Length; i++)
            vector[i] = (float)(_sum[i] * scale);
    }

    internal static void Validate(int neighbours, double alpha)
    {
        if (neighbours < 1)
            throw new ArgumentException($"neighbours: expected 1 or more, got {neighbours}");
        if (!(alpha >= 0 && double.IsFinite(alpha)))
            throw new ArgumentException($"alpha: expected 0 or above, got {alpha}");
    }

    private unsafe void AddNeighbour(ReadOnlySpan<float> vector, long row)
    {
        index.CopyDescriptor(row, _neighbour);
        double similarity;
        fixed (float* v = vector, d = _neighbour)
            similarity = ExactScore.Dot(v, d, vector.Length);
        var weight = Math.Pow(Math.Max(similarity, 0), alpha);
        for (var i = 0; i < _sum.Length; i++)
            _sum[i] += weight * _neighbour[i];
    }
}
