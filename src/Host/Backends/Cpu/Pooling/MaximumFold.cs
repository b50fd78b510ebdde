using System.Runtime.CompilerServices;

namespace Retrieval.Host.Backends.Cpu;

/// <summary>The largest element of each column, and the bits of its row, counted from <paramref name="firstRow"/>.</summary>
internal readonly unsafe struct MaximumFold(float* x, int firstRow = 0) : IMatrixFold
{
    private readonly float* _x = x;
    private readonly int _firstRow = firstRow;

    public static bool IsPair => true;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Take<TLanes>(long index, long row, int column, out TLanes first, out TLanes second) where TLanes : unmanaged, ILanes<TLanes>
    {
        first = TLanes.Load(_x + index);
        second = TLanes.BroadcastBits(_firstRow + (int)row);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Join<TLanes>(ref TLanes first, ref TLanes second, TLanes laterFirst, TLanes laterSecond) where TLanes : unmanaged, ILanes<TLanes> =>
        Maximum.Join(ref first, ref second, laterFirst, laterSecond);
}
