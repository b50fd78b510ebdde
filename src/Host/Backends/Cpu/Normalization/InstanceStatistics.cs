namespace Retrieval.Host.Backends.Cpu;

/// <summary>
/// Mean and inverse deviation [N, C] from the moments of all chunks: a piece for each image's first channels, and one for each block of channels
/// that has some of the tail's.
/// </summary>
internal readonly unsafe struct InstanceStatistics : IParallelBody
{
    private readonly ImageChunks _map;
    private readonly ImageValues _values;
    private readonly float* _x, _mean, _invStd, _runningMean, _runningVariance;
    private readonly float _momentum, _epsilon;
    private readonly int _split;
    private readonly bool _stored;

    public InstanceStatistics(ImageChunks map, ImageValues values, Tensor x, BatchNormTail tail, float epsilon, Tensor mean, Tensor invStd)
    {
        (_map, _values, _split, _stored) = (map, values, map.Channels - tail.Channels, tail.Stored);
        (_momentum, _epsilon) = (tail.Momentum, epsilon);
        _x = x.Pointer<float>();
        _mean = mean.Pointer<float>();
        _invStd = invStd.Pointer<float>();
        _runningMean = tail.RunningMean.Pointer<float>();
        _runningVariance = tail.RunningVariance.Pointer<float>();
    }

    /// <summary>Pieces of the work.</summary>
    public int Count => _map.Images + (_split < _map.Channels ? ChannelBlock.CountOf(_map.Channels) : 0);

    public void Run(int index, int worker)
    {
        double* means = stackalloc double[ChannelBlock.Length], squares = stackalloc double[ChannelBlock.Length];
        if (index < _map.Images)
            OfImage(index, means, squares);
        else if (_stored)
            OfStored(ChannelBlock.At(index - _map.Images, _map.Channels));
        else
            OfBatch(ChannelBlock.At(index - _map.Images, _map.Channels), means, squares);
    }

    private void OfImage(int image, double* means, double* squares)
    {
        for (var i = 0; i < ChannelBlock.CountOf(_split); i++)
        {
            var block = ChannelBlock.At(i, _split);
            var joined = new JoinedMoments(block, means, squares);
            joined.Clear();
            joined.Add(_map.Chunks, _values.Sums(image), _x + _map.Start(image));
            for (var c = 0; c < block.Count; c++)
                Write(image, block.First + c, means[c], squares[c] / joined.Count);
        }
    }

    private void OfBatch(ChannelBlock block, double* means, double* squares)
    {
        var joined = new JoinedMoments(block, means, squares);
        joined.Clear();
        for (var image = 0; image < _map.Images; image++)
            joined.Add(_map.Chunks, _values.Sums(image), _x + _map.Start(image));
        for (var i = Math.Max(0, _split - block.First); i < block.Count; i++)
        {
            var c = block.First + i;
            for (var image = 0; image < _map.Images; image++)
                Write(image, c, means[i], squares[i] / joined.Count);
            if (_runningMean != null)
                Move(ref _runningMean[c - _split], means[i]);
            if (_runningVariance != null)
                Move(ref _runningVariance[c - _split], squares[i] / Math.Max(1, joined.Count - 1));
        }
    }

    private void OfStored(ChannelBlock block)
    {
        for (var c = Math.Max(_split, block.First); c < block.First + block.Count; c++)
            for (var image = 0; image < _map.Images; image++)
                Write(image, c, _runningMean[c - _split], _runningVariance[c - _split]);
    }

    private void Write(int image, int c, double mean, double variance)
    {
        var at = ((long)image * _map.Channels) + c;
        (_mean[at], _invStd[at]) = ((float)mean, (float)(1 / Math.Sqrt(variance + _epsilon)));
    }

    private void Move(ref float running, double batch) => running = (float)(running + (_momentum * (batch - running)));
}
