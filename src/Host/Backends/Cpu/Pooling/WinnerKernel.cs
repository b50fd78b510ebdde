using System.Runtime.CompilerServices;

namespace Retrieval.Host.Backends.Cpu;

/// <summary>dx = dy in the rows that won their columns, 0 elsewhere.</summary>
internal readonly unsafe struct WinnerKernel(float* dy, int* argmax, float* dx) : IMatrixKernel
{
    private readonly float* _dy = dy;
    private readonly float* _argmax = (float*)argmax;
    private readonly float* _dx = dx;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Apply<TLanes>(long index, long row, int column) where TLanes : unmanaged, ILanes<TLanes> =>
        TLanes.IfSameBits(TLanes.Load(_argmax + column), TLanes.BroadcastBits((int)row), TLanes.Load(_dy + column), TLanes.Broadcast(0)).Store(_dx + index);
}
