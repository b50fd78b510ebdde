using System.Runtime.CompilerServices;

namespace Retrieval.Host.Backends.Cpu;

/// <summary>dx = share dy at every position.</summary>
internal readonly unsafe struct SpreadKernel(float* dy, float share, float* dx) : IMatrixKernel
{
    private readonly float* _dy = dy;
    private readonly float _share = share;
    private readonly float* _dx = dx;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Apply<TLanes>(long index, long row, int column) where TLanes : unmanaged, ILanes<TLanes> =>
        (TLanes.Broadcast(_share) * TLanes.Load(_dy + column)).Store(_dx + index);
}
