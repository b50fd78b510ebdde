namespace Retrieval.Host.Backends.Cpu;

/// <summary>Joins the partial sums of g and g (x - mean) into dGamma, dBeta and the factors of dx = a g + b (x - mean) + c.</summary>
internal readonly unsafe struct BatchGradients : IParallelBody
{
    private readonly RowChunks _chunks;
    private readonly PartialSums _sums;
    private readonly long _rows;
    private readonly float* _gamma, _invStd, _dGamma, _dBeta, _a, _b, _c;

    /// <param name="chunks">The matrix.</param>
    /// <param name="sums">Sums of g, and of g (x - mean).</param>
    /// <param name="rows">Its rows.</param>
    /// <param name="gamma">[C].</param>
    /// <param name="invStd">[C].</param>
    /// <param name="dGamma">[C], added to.</param>
    /// <param name="dBeta">[C], added to.</param>
    /// <param name="factors">Receives a, b and c in its places 1, 2 and 3.</param>
    public BatchGradients(RowChunks chunks, PartialSums sums, long rows, Tensor gamma, Tensor invStd, Tensor dGamma, Tensor dBeta, WideValues factors)
    {
        _chunks = chunks;
        _sums = sums;
        _rows = rows;
        _gamma = gamma.Pointer<float>();
        _invStd = invStd.Pointer<float>();
        _dGamma = dGamma.Pointer<float>();
        _dBeta = dBeta.Pointer<float>();
        _a = factors[1];
        _b = factors[2];
        _c = factors[3];
    }

    public void Run(int index, int worker)
    {
        var block = ChannelBlock.At(index, _chunks.Channels);
        double* sums = stackalloc double[ChannelBlock.Length], products = stackalloc double[ChannelBlock.Length];
        new Span<double>(sums, block.Count).Clear();
        new Span<double>(products, block.Count).Clear();
        _sums.AddFirst(block, sums);
        _sums.AddSecond(block, products);
        for (var i = 0; i < block.Count; i++)
            Finish(block.First + i, sums[i], products[i]);
    }

    private void Finish(int c, double sum, double product)
    {
        double invStd = _invStd[c], scale = _gamma[c] * invStd;
        _dBeta[c] = (float)(_dBeta[c] + sum);
        _dGamma[c] = (float)(_dGamma[c] + (product * invStd));
        _a[c] = (float)scale;
        _b[c] = (float)(-scale * invStd * invStd * product / _rows);
        _c[c] = (float)(-scale * sum / _rows);
    }
}
