namespace Retrieval.Host.Backends.Cpu;

/// <summary>
/// Normalises a block of a few rows' columns. The deviations from a first mean are summed, too, and correct it: little is lost where means are
/// large against deviations.
/// </summary>
internal readonly unsafe struct RowNormForward : IParallelBody
{
    private readonly int* _real;
    private readonly int _rows, _dimension;
    private readonly float* _x, _gamma, _beta, _runningMean, _runningVariance, _y, _mean, _invStd;
    private readonly float _momentum, _epsilon;
    private readonly bool _frozen;

    public RowNormForward(Tensor x, Tensor real, Tensor gamma, Tensor beta, Tensor runningMean, Tensor runningVariance, float momentum, float epsilon,
        bool frozen, Tensor y, Tensor mean, Tensor invStd)
    {
        (_rows, _dimension) = (x.Shape[0], x.Shape[1]);
        (_momentum, _epsilon, _frozen) = (momentum, epsilon, frozen);
        _real = real.Pointer<int>();
        _x = x.Pointer<float>();
        _gamma = gamma.Pointer<float>();
        _beta = beta.Pointer<float>();
        _runningMean = runningMean.Pointer<float>();
        _runningVariance = runningVariance.Pointer<float>();
        _y = y.Pointer<float>();
        _mean = mean.Pointer<float>();
        _invStd = invStd.Pointer<float>();
    }

    public void Run(int index, int worker)
    {
        var block = ChannelBlock.At(index, _dimension);
        var rows = new RealRows(_real, _rows, _dimension, block);
        if (_frozen)
            TakeStored(block);
        else
            Measure(rows, block);
        var scale = stackalloc float[ChannelBlock.Length];
        LaneSweep.Run(new ProductKernel(_gamma + block.First, _invStd + block.First, scale), 0, block.Count);
        rows.Write(new ScaleShiftKernel(_x, _mean + block.First, scale, _beta + block.First, null, false, _y), _y);
    }

    private void TakeStored(ChannelBlock block)
    {
        for (var c = block.First; c < block.First + block.Count; c++)
            (_mean[c], _invStd[c]) = (_runningMean[c], (float)(1 / Math.Sqrt((double)_runningVariance[c] + _epsilon)));
    }

    private void Measure(RealRows rows, ChannelBlock block)
    {
        float* sums = stackalloc float[ChannelBlock.Length], squares = stackalloc float[ChannelBlock.Length], means = _mean + block.First;
        var count = rows.Fold(new PlainFold(_x), means);
        for (var c = 0; c < block.Count; c++)
            means[c] /= Math.Max(1, count);
        rows.Fold(new MomentFold(_x, means), sums, squares);
        for (var c = 0; c < block.Count; c++)
            Finish(block.First + c, count, sums[c], squares[c]);
    }

    private void Finish(int c, int count, double sum, double squares)
    {
        var shift = sum / Math.Max(1, count);
        var spread = Math.Max(0, squares - (sum * shift));
        var mean = _mean[c] + shift;
        _mean[c] = (float)mean;
        _invStd[c] = (float)(1 / Math.Sqrt((spread / Math.Max(1, count)) + _epsilon));
        if (count == 0)
            return;
        _runningMean[c] = (float)(_runningMean[c] + (_momentum * (mean - _runningMean[c])));
        _runningVariance[c] = (float)(_runningVariance[c] + (_momentum * ((spread / Math.Max(1, count - 1)) - _runningVariance[c])));
    }
}
