using System.Runtime.CompilerServices;

namespace Retrieval.Host.Backends.Cpu;

/// <summary>z = alpha x + beta y.</summary>
internal readonly unsafe struct TwoTermKernel(float alpha, float* x, float beta, float* y, float* z) : ILaneKernel
{
    private readonly float _alpha = alpha;
    private readonly float* _x = x;
    private readonly float _beta = beta;
    private readonly float* _y = y;
    private readonly float* _z = z;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Apply<TLanes>(long index) where TLanes : unmanaged, ILanes<TLanes> =>
        TLanes.MultiplyAdd(TLanes.Broadcast(_beta), TLanes.Load(_y + index), TLanes.Broadcast(_alpha) * TLanes.Load(_x + index)).Store(_z + index);
}
