using System.Runtime.CompilerServices;

namespace Retrieval.Host.Backends.Cpu;

/// <summary>Counts the elements that are not 0.</summary>
internal readonly unsafe struct OccupiedFold(float* x) : IMatrixFold
{
    private readonly float* _x = x;

    public static bool IsPair => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Take<TLanes>(long index, long row, int column, out TLanes first, out TLanes second) where TLanes : unmanaged, ILanes<TLanes>
    {
        TLanes x = TLanes.Load(_x + index), zero = TLanes.Broadcast(0), one = TLanes.Broadcast(1);
        first = TLanes.IfGreater(x, zero, one, TLanes.IfGreater(zero, x, one, zero));
        second = default;
    }
}
