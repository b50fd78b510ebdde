using System.Runtime.CompilerServices;

namespace Retrieval.Host.Backends.Cpu;

/// <summary>The largest element of each column.</summary>
internal readonly unsafe struct LargestFold(float* x) : IMatrixFold
{
    private readonly float* _x = x;

    public static bool IsPair => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Take<TLanes>(long index, long row, int column, out TLanes first, out TLanes second) where TLanes : unmanaged, ILanes<TLanes>
    {
        first = TLanes.Load(_x + index);
        second = default;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Join<TLanes>(ref TLanes first, ref TLanes second, TLanes laterFirst, TLanes laterSecond) where TLanes : unmanaged, ILanes<TLanes> =>
        first = TLanes.Max(first, laterFirst);
}
