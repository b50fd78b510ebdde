namespace Retrieval.Host.Backends.Cpu;

/// <summary>The element itself.</summary>
internal readonly unsafe struct PlainTerms(float* x) : IColumnTerms
{
    private readonly float* _x = x;

    public void Terms<TLanes>(long index, int column, out TLanes first, out TLanes second) where TLanes : unmanaged, ILanes<TLanes>
    {
        first = TLanes.Load(_x + index);
        second = default;
    }
}
