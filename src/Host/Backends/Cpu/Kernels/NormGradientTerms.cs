namespace Retrieval.Host.Backends.Cpu;

/// <summary>g and g (x - mean), where g = dy behind the rectifier: 0 where y is not above 0. Writes g to where it is wanted.</summary>
internal readonly unsafe struct NormGradientTerms(float* x, float* y, float* dy, float* mean, float* g) : IColumnTerms
{
    private readonly float* _x = x;
    private readonly float* _y = y;
    private readonly float* _dy = dy;
    private readonly float* _mean = mean;
    private readonly float* _g = g;

    public void Terms<TLanes>(long index, int column, out TLanes first, out TLanes second) where TLanes : unmanaged, ILanes<TLanes>
    {
        first = TLanes.Load(_dy + index);
        if (_y != null)
            first = TLanes.IfGreater(TLanes.Load(_y + index), TLanes.Broadcast(0), first, TLanes.Broadcast(0));
        if (_g != null)
            first.Store(_g + index);
        second = first * (TLanes.Load(_x + index) - TLanes.Load(_mean + column));
    }
}
