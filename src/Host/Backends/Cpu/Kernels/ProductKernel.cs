using System.Runtime.CompilerServices;

namespace Retrieval.Host.Backends.Cpu;

/// <summary>z = x y.</summary>
internal readonly unsafe struct ProductKernel(float* x, float* y, float* z) : ILaneKernel
{
    private readonly float* _x = x;
    private readonly float* _y = y;
    private readonly float* _z = z;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Apply<TLanes>(long index) where TLanes : unmanaged, ILanes<TLanes> =>
        (TLanes.Load(_x + index) * TLanes.Load(_y + index)).Store(_z + index);
}
