namespace Retrieval.Host.Backends.Cpu;

/// <summary>Joins the moments of all chunks into the batch's mean and inverse deviation, and moves the running statistics.</summary>
internal readonly unsafe struct BatchMoments : IParallelBody
{
    private readonly RowChunks _chunks;
    private readonly PartialSums _moments;
    private readonly float* _x, _runningMean, _runningVariance, _mean, _invStd;
    private readonly float _momentum, _epsilon;
    private readonly long _rows;

    public BatchMoments(RowChunks chunks, PartialSums moments, Tensor x, Tensor runningMean, Tensor runningVariance, float momentum, float epsilon, Tensor mean, Tensor invStd)
    {
        _chunks = chunks;
        _moments = moments;
        _x = x.Pointer<float>();
        _rows = x.Shape.Rows;
        _runningMean = runningMean.Pointer<float>();
        _runningVariance = runningVariance.Pointer<float>();
        _momentum = momentum;
        _epsilon = epsilon;
        _mean = mean.Pointer<float>();
        _invStd = invStd.Pointer<float>();
    }

    public void Run(int index, int worker)
    {
        var block = ChannelBlock.At(index, _chunks.Channels);
        double* means = stackalloc double[ChannelBlock.Length], squares = stackalloc double[ChannelBlock.Length];
        var joined = new JoinedMoments(block, means, squares);
        joined.Clear();
        joined.Add(_chunks, _moments, _x);
        for (var c = 0; c < block.Count; c++)
            Finish(block.First + c, means[c], squares[c]);
    }

    private void Finish(int c, double mean, double squares)
    {
        _mean[c] = (float)mean;
        _invStd[c] = (float)(1 / Math.Sqrt((squares / _rows) + _epsilon));
        if (_runningMean != null)
            _runningMean[c] = (float)(_runningMean[c] + (_momentum * (mean - _runningMean[c])));
        if (_runningVariance != null)
            _runningVariance[c] = (float)(_runningVariance[c] + (_momentum * ((squares / Math.Max(1, _rows - 1)) - _runningVariance[c])));
    }
}
