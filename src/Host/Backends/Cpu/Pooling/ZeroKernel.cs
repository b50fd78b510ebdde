using System.Runtime.CompilerServices;

namespace Retrieval.Host.Backends.Cpu;

/// <summary>x = 0.</summary>
internal readonly unsafe struct ZeroKernel(float* x) : IMatrixKernel
{
    private readonly float* _x = x;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Apply<TLanes>(long index, long row, int column) where TLanes : unmanaged, ILanes<TLanes> => TLanes.Broadcast(0).Store(_x + index);
}
