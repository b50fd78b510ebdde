using System.Runtime.CompilerServices;

namespace Retrieval.Host.Backends.Cpu;

/// <summary>
/// Sums deviations from a pivot, and their squares. The pivot is a row of what is summed: the sum of squares is then at most as many times the
/// sum of squared deviations from the mean as there are rows, and far less for other than freak rows, so taking the mean out afterwards loses little.
/// </summary>
internal readonly unsafe struct MomentFold(float* x, float* pivot) : IMatrixFold
{
    private readonly float* _x = x;
    private readonly float* _pivot = pivot;

    public static bool IsPair => true;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Take<TLanes>(long index, long row, int column, out TLanes first, out TLanes second) where TLanes : unmanaged, ILanes<TLanes>
    {
        first = TLanes.Load(_x + index) - TLanes.Load(_pivot + column);
        second = first * first;
    }
}
