using System.Runtime.CompilerServices;

namespace Retrieval.Host.Backends.Cpu;

/// <summary>y = largest (sum share)^(1/p) per channel: ends a generalised mean whose values were divided by the largest (1 where they were not).</summary>
internal readonly unsafe struct RootKernel(float* sums, float share, float* p, float* largest, float* y) : ILaneKernel
{
    private readonly float* _sums = sums;
    private readonly float _share = share;
    private readonly float* _p = p;
    private readonly float* _largest = largest;
    private readonly float* _y = y;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Apply<TLanes>(long index) where TLanes : unmanaged, ILanes<TLanes>
    {
        var mean = TLanes.Load(_sums + index) * TLanes.Broadcast(_share);
        var p = TLanes.Load(_p + index);
        var one = TLanes.Broadcast(1);
        // The first power is left as it is: no logarithm there and back.
        var root = TLanes.IfSameBits(p, one, mean, VectorMath.Exp2(VectorMath.Log2(mean) / p));
        (_largest == null ? root : root * TLanes.Load(_largest + index)).Store(_y + index);
    }
}
