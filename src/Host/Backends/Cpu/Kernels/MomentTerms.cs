namespace Retrieval.Host.Backends.Cpu;

/// <summary>
/// Deviation from a pivot and its square. The pivot is a row of the very matrix that is summed, so the squares' sum is at most as many times
/// the sum of squared deviations from the mean as there are rows: little is lost when the mean is taken out afterwards.
/// </summary>
internal readonly unsafe struct MomentTerms(float* x, float* pivot) : IColumnTerms
{
    private readonly float* _x = x;
    private readonly float* _pivot = pivot;

    public void Terms<TLanes>(long index, int column, out TLanes first, out TLanes second) where TLanes : unmanaged, ILanes<TLanes>
    {
        first = TLanes.Load(_x + index) - TLanes.Load(_pivot + column);
        second = first * first;
    }
}
