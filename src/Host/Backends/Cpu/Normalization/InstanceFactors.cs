namespace Retrieval.Host.Backends.Cpu;

/// <summary>For each image, what <see cref="ScaleShiftKernel"/> takes: mean, scale gamma invStd, and shift beta, along a wide row.</summary>
internal readonly unsafe struct InstanceFactors(ImageChunks map, ImageValues values, Tensor gamma, Tensor beta, BatchNormTail tail, Tensor mean, Tensor invStd) : IParallelBody
{
    private readonly ImageChunks _map = map;
    private readonly ImageValues _values = values;
    private readonly float* _gamma = gamma.Pointer<float>();
    private readonly float* _beta = beta.Pointer<float>();
    private readonly float* _tailGamma = tail.Gamma.Pointer<float>();
    private readonly float* _tailBeta = tail.Beta.Pointer<float>();
    private readonly float* _mean = mean.Pointer<float>();
    private readonly float* _invStd = invStd.Pointer<float>();
    private readonly int _split = map.Channels - tail.Channels;

    public void Run(int index, int worker)
    {
        var wide = _values.Wide(index);
        var invStd = _invStd + ((long)index * _map.Channels);
        wide.Set(0, _mean + ((long)index * _map.Channels));
        LaneSweep.Run(new ProductKernel(_gamma, invStd, wide[1]), 0, _split);
        new Span<float>(_beta, _split).CopyTo(new Span<float>(wide[2], _split));
        if (_split < _map.Channels)
        {
            LaneSweep.Run(new ProductKernel(_tailGamma, invStd + _split, wide[1] + _split), 0, _map.Channels - _split);
            new Span<float>(_tailBeta, _map.Channels - _split).CopyTo(new Span<float>(wide[2] + _split, _map.Channels - _split));
        }
        wide.Repeat(1);
        wide.Repeat(2);
    }
}
