using System.Runtime.CompilerServices;

namespace Retrieval.Host.Backends.Cpu;

/// <summary>
/// Joins the moments of all chunks, in order and in double, into the batch's mean and inverse deviation, and moves the running statistics. Joining by
/// the difference of the means (Chan, Golub and LeVeque's rule) loses nothing when means are large against deviations.
/// </summary>
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
        new Span<double>(means, block.Count).Clear();
        new Span<double>(squares, block.Count).Clear();
        var count = 0L;
        for (var chunk = 0; chunk < _chunks.Count; chunk++)
        {
            for (var repeat = 0; repeat < _chunks.Repeats; repeat++)
            {
                var rows = _chunks.RowsAt(chunk, repeat);
                if (rows > 0)
                    Join(chunk, (repeat * _chunks.Channels) + block.First, block.Count, rows, count += rows, means, squares);
            }
        }
        for (var c = 0; c < block.Count; c++)
            Finish(block.First + c, means[c], squares[c]);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Join(int chunk, int column, int channels, long rows, long count, double* means, double* squares)
    {
        float* sums = _moments.First(chunk) + column, squareSums = _moments.Second(chunk) + column, pivots = _x + _chunks.Start(chunk) + column;
        double perRow = 1.0 / rows, share = (double)rows / count, weight = share * (count - rows);
        for (var c = 0; c < channels; c++)
        {
            double sum = sums[c], mean = sum * perRow, delta = pivots[c] + mean - means[c];
            means[c] += delta * share;
            squares[c] += Math.Max(0, squareSums[c] - (sum * mean)) + (delta * delta * weight);
        }
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
