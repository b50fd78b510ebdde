namespace Retrieval.Host.Backends.Cpu;

/// <summary>
/// Joins the moments of all runs of rows, in order and in double, into mean, inverse deviation and moved running statistics. Joining by
/// the difference of the means (Chan, Golub, LeVeque) loses nothing when means are large against deviations.
/// </summary>
internal readonly unsafe struct BatchMoments : IParallelBody
{
    private const int Block = 256;

    private readonly RowChunks _chunks;
    private readonly float* _partial, _x, _runningMean, _runningVariance, _mean, _invStd, _gamma, _scale;
    private readonly float _momentum, _epsilon;
    private readonly long _rows;

    /// <param name="chunks">The runs of rows.</param>
    /// <param name="partial">[chunks, 2, C]: sums of deviations from each run's first row, and of their squares.</param>
    /// <param name="x">[rows, C].</param>
    /// <param name="runningMean">[C], moved; or none.</param>
    /// <param name="runningVariance">[C], moved; or none.</param>
    /// <param name="momentum">Share of the batch in the running statistics.</param>
    /// <param name="epsilon">Added to the variance.</param>
    /// <param name="gamma">[C].</param>
    /// <param name="mean">[C], overwritten.</param>
    /// <param name="invStd">[C], overwritten.</param>
    /// <param name="scale">[C], overwritten with gamma invStd.</param>
    public BatchMoments(RowChunks chunks, float* partial, Tensor x, Tensor runningMean, Tensor runningVariance, float momentum, float epsilon,
        Tensor gamma, Tensor mean, Tensor invStd, float* scale)
    {
        _chunks = chunks;
        _partial = partial;
        _x = x.Pointer<float>();
        _rows = x.Shape.Rows;
        _runningMean = runningMean.Pointer<float>();
        _runningVariance = runningVariance.Pointer<float>();
        _mean = mean.Pointer<float>();
        _invStd = invStd.Pointer<float>();
        _gamma = gamma.Pointer<float>();
        _scale = scale;
        (_momentum, _epsilon) = (momentum, epsilon);
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
        double count = 0, mean = 0, squares = 0;
        for (var chunk = 0; chunk < _chunks.Count; chunk++)
        {
            var sums = _partial + (2L * chunk * _chunks.Channels) + c;
            double rows = _chunks.RowCount(chunk), sum = sums[0], pivot = _x[(_chunks.FirstRow(chunk) * _chunks.Channels) + c];
            var delta = pivot + (sum / rows) - mean;
            count += rows;
            mean += delta * (rows / count);
            squares += Math.Max(0, sums[_chunks.Channels] - (sum * sum / rows)) + (delta * delta * rows * (count - rows) / count);
        }
        var variance = squares / _rows;
        var invStd = 1 / Math.Sqrt(variance + _epsilon);
        _mean[c] = (float)mean;
        _invStd[c] = (float)invStd;
        _scale[c] = (float)(invStd * _gamma[c]);
        if (_runningMean != null)
            _runningMean[c] = (float)(_runningMean[c] + (_momentum * (mean - _runningMean[c])));
        if (_runningVariance != null)
            _runningVariance[c] = (float)(_runningVariance[c] + (_momentum * ((squares / Math.Max(1, _rows - 1)) - _runningVariance[c])));
    }
}
