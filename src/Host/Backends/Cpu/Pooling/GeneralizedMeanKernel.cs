using System.Runtime.CompilerServices;

namespace Retrieval.Host.Backends.Cpu;

/// <summary>y = ( mean over s of x[s]^p )^(1/p) for values not below 0; the plain mean for p = 1.</summary>
internal readonly unsafe struct GeneralizedMeanKernel(float* x, int scales, long stride, float p, float* y) : ILaneKernel
{
    private const float Smallest = 1.17549435e-38f;

    private readonly float* _x = x;
    private readonly int _scales = scales;
    private readonly long _stride = stride;
    private readonly float _p = p;
    private readonly float* _y = y;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Apply<TLanes>(long index) where TLanes : unmanaged, ILanes<TLanes>
    {
        TLanes share = TLanes.Broadcast(1f / _scales), sum = default;
        if (_p == 1)
        {
            for (var s = 0; s < _scales; s++)
                sum += TLanes.Load(_x + (s * _stride) + index);
            (sum * share).Store(_y + index);
            return;
        }
        TLanes largest = default, p = TLanes.Broadcast(_p), smallest = TLanes.Broadcast(Smallest);
        for (var s = 0; s < _scales; s++)
            largest = TLanes.Max(largest, TLanes.Load(_x + (s * _stride) + index));
        var inverse = TLanes.Broadcast(1) / TLanes.Max(smallest, largest);
        for (var s = 0; s < _scales; s++)
            sum += VectorMath.Exp2(p * VectorMath.Log2(TLanes.Max(smallest, TLanes.Load(_x + (s * _stride) + index) * inverse)));
        (largest * VectorMath.Exp2(VectorMath.Log2(sum * share) / p)).Store(_y + index);
    }
}
