using System.Runtime.CompilerServices;

namespace Retrieval.Host.Backends.Cpu;

/// <summary>The largest element of each column among the rows that weigh anything; <paramref name="floor"/> for the others.</summary>
internal readonly unsafe struct WeightedLargestFold(float* x, PositionWeights weights, float floor) : IMatrixFold
{
    private readonly float* _x = x;
    private readonly PositionWeights _weights = weights;
    private readonly float _floor = floor;

    public static bool IsPair => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Take<TLanes>(long index, long row, int column, out TLanes first, out TLanes second) where TLanes : unmanaged, ILanes<TLanes>
    {
        first = _weights[row] >= PositionWeights.Smallest ? TLanes.Load(_x + index) : TLanes.Broadcast(_floor);
        second = default;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Join<TLanes>(ref TLanes first, ref TLanes second, TLanes laterFirst, TLanes laterSecond) where TLanes : unmanaged, ILanes<TLanes> =>
        first = TLanes.Max(first, laterFirst);
}
