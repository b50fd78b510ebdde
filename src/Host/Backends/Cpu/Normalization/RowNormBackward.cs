namespace Retrieval.Host.Backends.Cpu;

/// <summary>Gradient of <see cref="RowNormForward"/> for a block of columns.</summary>
internal readonly unsafe struct RowNormBackward : IParallelBody
{
    private readonly int* _real;
    private readonly int _rows, _dimension;
    private readonly float* _x, _dy, _gamma, _mean, _invStd, _dx, _dGamma;
    private readonly bool _frozen;

    public RowNormBackward(Tensor x, Tensor real, Tensor dy, Tensor gamma, Tensor mean, Tensor invStd, bool frozen, Tensor dx, Tensor dGamma)
    {
        (_rows, _dimension, _frozen) = (x.Shape[0], x.Shape[1], frozen);
        _real = real.Pointer<int>();
        _x = x.Pointer<float>();
        _dy = dy.Pointer<float>();
        _gamma = gamma.Pointer<float>();
        _mean = mean.Pointer<float>();
        _invStd = invStd.Pointer<float>();
        _dx = dx.Pointer<float>();
        _dGamma = dGamma.Pointer<float>();
    }

    public void Run(int index, int worker)
    {
        var block = ChannelBlock.At(index, _dimension);
        var rows = new RealRows(_real, _rows, _dimension, block);
        float* sums = stackalloc float[ChannelBlock.Length], products = stackalloc float[ChannelBlock.Length];
        float* a = stackalloc float[ChannelBlock.Length], b = stackalloc float[ChannelBlock.Length], c = stackalloc float[ChannelBlock.Length];
        var mean = _mean + block.First;
        var count = Math.Max(1, rows.Fold(new NormGradientFold(_x, null, _dy, mean, null), sums, products));
        for (var i = 0; i < block.Count; i++)
        {
            double invStd = _invStd[block.First + i], scale = _gamma[block.First + i] * invStd;
            _dGamma[block.First + i] = (float)(_dGamma[block.First + i] + (products[i] * invStd));
            a[i] = (float)scale;
            b[i] = _frozen ? 0 : (float)(-scale * invStd * invStd * products[i] / count);
            c[i] = _frozen ? 0 : (float)(-scale * sums[i] / count);
        }
        rows.Write(new NormGradientKernel(_x, null, _dy, mean, a, b, c, _dx), _dx);
    }
}
