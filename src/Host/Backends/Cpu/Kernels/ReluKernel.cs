using System.Runtime.CompilerServices;

namespace Retrieval.Host.Backends.Cpu;

/// <summary>y = max(x, 0).</summary>
internal readonly unsafe struct ReluKernel(float* x, float* y) : ILaneKernel
{
    private readonly float* _x = x;
    private readonly float* _y = y;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Apply<TLanes>(long index) where TLanes : unmanaged, ILanes<TLanes> => TLanes.Max(TLanes.Broadcast(0), TLanes.Load(_x + index)).Store(_y + index);
}
