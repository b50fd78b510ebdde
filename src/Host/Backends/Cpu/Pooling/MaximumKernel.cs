namespace Retrieval.Host.Backends.Cpu;

/// <summary>
/// Holds candidates of one position against the best so far: best = max(best, x), and index the position of the first of equal winners. A
/// value that is not a number wins and stays.
/// </summary>
internal readonly unsafe struct MaximumKernel(float* x, int position, float* best, float* index) : IElementKernel
{
    private readonly float* _x = x;
    private readonly int _position = position;
    private readonly float* _best = best;
    private readonly float* _index = index;

    public void Apply<TLanes>(long index) where TLanes : unmanaged, ILanes<TLanes>
    {
        TLanes x = TLanes.Load(_x + index), best = TLanes.Load(_best + index);
        Choose(best, x, best, x).Store(_best + index);
        if (_index != null)
            Choose(best, x, TLanes.Load(_index + index), TLanes.BroadcastBits(_position)).Store(_index + index);
    }

    /// <summary>The holder's value where its best is at least x, or not a number; else the challenger's.</summary>
    private static TLanes Choose<TLanes>(TLanes best, TLanes x, TLanes holder, TLanes challenger) where TLanes : unmanaged, ILanes<TLanes> =>
        TLanes.IfAtLeast(best, best, TLanes.IfAtLeast(best, x, holder, challenger), holder);
}
