namespace Retrieval.Host.Backends.Cpu;

/// <summary>Gradients of a convolution's weights and of the frozen normalisation behind it, one output channel a piece.</summary>
internal readonly unsafe struct FrozenGradients : IParallelBody
{
    private readonly float* _w, _folded, _sum, _gamma, _mean, _variance, _dw, _dGamma, _dBeta;
    private readonly float _epsilon;
    private readonly long _length;

    public FrozenGradients(Tensor w, Tensor folded, Tensor sum, Tensor gamma, Tensor mean, Tensor variance, float epsilon, Tensor dw, Tensor dGamma, Tensor dBeta)
    {
        _w = w.Pointer<float>();
        _folded = folded.Pointer<float>();
        _sum = sum.Pointer<float>();
        _dw = dw.Pointer<float>();
        _gamma = gamma.Pointer<float>();
        _mean = mean.Pointer<float>();
        _variance = variance.Pointer<float>();
        _dGamma = dGamma.Pointer<float>();
        _dBeta = dBeta.Pointer<float>();
        _epsilon = epsilon;
        _length = w.Shape[0] == 0 ? 0 : w.Count / w.Shape[0];
    }

    public void Run(int index, int worker)
    {
        var start = index * _length;
        var invStd = 1 / Math.Sqrt((double)_variance[index] + _epsilon);
        var product = LaneSums.Dot(_w + start, _folded + start, _length);
        _dGamma[index] = (float)(_dGamma[index] + (invStd * (product - ((double)_mean[index] * _sum[index]))));
        _dBeta[index] += _sum[index];
        LaneSweep.Run(new AddScaledKernel((float)(_gamma[index] * invStd), _folded + start, 1, _dw + start), 0, _length);
    }
}
