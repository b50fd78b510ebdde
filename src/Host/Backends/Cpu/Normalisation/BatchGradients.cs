namespace Retrieval.Host.Backends.Cpu;

/// <summary>Joins the partial sums of g and g (x - mean), in order and in double, into dGamma, dBeta and the factors of dx = a g + b (x - mean) + c.</summary>
internal readonly unsafe struct BatchGradients : IParallelBody
{
    private const int Block = 256;

    private readonly RowChunks _chunks;
    private readonly float* _partial, _gamma, _invStd, _dGamma, _dBeta, _factors;
    private readonly long _rows;

    /// <param name="chunks">The runs of rows.</param>
    /// <param name="partial">[chunks, 2, C].</param>
    /// <param name="rows">Rows in all.</param>
    /// <param name="gamma">[C].</param>
    /// <param name="invStd">[C].</param>
    /// <param name="dGamma">[C], added to.</param>
    /// <param name="dBeta">[C], added to.</param>
    /// <param name="factors">[3, C]: receives a, b and c.</param>
    public BatchGradients(RowChunks chunks, float* partial, long rows, Tensor gamma, Tensor invStd, Tensor dGamma, Tensor dBeta, float* factors)
    {
        _chunks = chunks;
        _partial = partial;
        _rows = rows;
        _factors = factors;
        _gamma = gamma.Pointer<float>();
        _invStd = invStd.Pointer<float>();
        _dGamma = dGamma.Pointer<float>();
        _dBeta = dBeta.Pointer<float>();
    }

    public void Run(WorkerTeam team) => team.For((_chunks.Channels + Block - 1) / Block, this);

    public void Run(int index, int worker)
    {
        var end = Math.Min(_chunks.Channels, (index + 1) * Block);
        for (var c = index * Block; c < end; c++)
            Join(c);
    }

    private void Join(int c)
    {
        double sum = 0, product = 0;
        for (var chunk = 0; chunk < _chunks.Count; chunk++)
        {
            var sums = _partial + (2L * chunk * _chunks.Channels) + c;
            sum += sums[0];
            product += sums[_chunks.Channels];
        }
        double invStd = _invStd[c], a = _gamma[c] * invStd;
        _dBeta[c] = (float)(_dBeta[c] + sum);
        _dGamma[c] = (float)(_dGamma[c] + (product * invStd));
        _factors[c] = (float)a;
        _factors[c + _chunks.Channels] = (float)(-a * invStd * invStd * product / _rows);
        _factors[c + (2L * _chunks.Channels)] = (float)(-a * sum / _rows);
    }
}
