namespace Retrieval.Host.Backends.Cpu;

/// <summary>dx = a g + b (x - mean) + c per channel, with g = dy where y is above 0 (everywhere without y).</summary>
internal readonly unsafe struct NormGradientKernel(float* x, float* y, float* dy, float* mean, float* a, float* b, float* c, float* dx) : IChannelKernel
{
    private readonly float* _x = x;
    private readonly float* _y = y;
    private readonly float* _dy = dy;
    private readonly float* _mean = mean;
    private readonly float* _a = a;
    private readonly float* _b = b;
    private readonly float* _c = c;
    private readonly float* _dx = dx;

    public void Apply<TLanes>(long index, int channel) where TLanes : unmanaged, ILanes<TLanes>
    {
        var g = TLanes.Load(_dy + index);
        if (_y != null)
            g = TLanes.IfGreater(TLanes.Load(_y + index), TLanes.Broadcast(0), g, TLanes.Broadcast(0));
        var deviation = TLanes.Load(_x + index) - TLanes.Load(_mean + channel);
        var rest = TLanes.MultiplyAdd(TLanes.Load(_b + channel), deviation, TLanes.Load(_c + channel));
        TLanes.MultiplyAdd(TLanes.Load(_a + channel), g, rest).Store(_dx + index);
    }
}
