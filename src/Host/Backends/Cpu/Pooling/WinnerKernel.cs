namespace Retrieval.Host.Backends.Cpu;

/// <summary>dx = (accumulate ? dx : 0) + (argmax = position ? dy : 0).</summary>
internal readonly unsafe struct WinnerKernel(float* dy, int* argmax, int position, bool accumulate, float* dx) : IElementKernel
{
    private readonly float* _dy = dy;
    private readonly float* _argmax = (float*)argmax;
    private readonly int _position = position;
    private readonly bool _accumulate = accumulate;
    private readonly float* _dx = dx;

    public void Apply<TLanes>(long index) where TLanes : unmanaged, ILanes<TLanes>
    {
        var zero = TLanes.Broadcast(0);
        var gradient = TLanes.IfSameBits(TLanes.Load(_argmax + index), TLanes.BroadcastBits(_position), TLanes.Load(_dy + index), zero);
        if (_accumulate)
            gradient += TLanes.Load(_dx + index);
        gradient.Store(_dx + index);
    }
}
