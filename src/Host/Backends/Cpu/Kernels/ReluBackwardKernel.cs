using System.Runtime.CompilerServices;

namespace Retrieval.Host.Backends.Cpu;

/// <summary>dx = y &gt; 0 ? dy : 0.</summary>
internal readonly unsafe struct ReluBackwardKernel(float* y, float* dy, float* dx) : ILaneKernel
{
    private readonly float* _y = y;
    private readonly float* _dy = dy;
    private readonly float* _dx = dx;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Apply<TLanes>(long index) where TLanes : unmanaged, ILanes<TLanes>
    {
        var zero = TLanes.Broadcast(0);
        TLanes.IfGreater(TLanes.Load(_y + index), zero, TLanes.Load(_dy + index), zero).Store(_dx + index);
    }
}
