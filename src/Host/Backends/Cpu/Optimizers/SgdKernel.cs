using System.Runtime.CompilerServices;

namespace Retrieval.Host.Backends.Cpu;

/// <summary>One SGD step with momentum for one parameter.</summary>
internal readonly unsafe struct SgdKernel(in OptimizerSlot slot, SgdStep step) : ILaneKernel
{
    private readonly float* _w = slot.Weights.Pointer<float>();
    private readonly float* _g = slot.Gradient.Pointer<float>();
    private readonly float* _buffer = slot.Momentum.Pointer<float>();
    private readonly float _rate = slot.Rate;
    private readonly float _decay = slot.Decay;
    private readonly float _momentum = step.Momentum;
    private readonly bool _first = step.First;
    private readonly bool _nesterov = step.Nesterov;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Apply<TLanes>(long index) where TLanes : unmanaged, ILanes<TLanes>
    {
        var w = TLanes.Load(_w + index);
        var momentum = TLanes.Broadcast(_momentum);
        var g = TLanes.MultiplyAdd(TLanes.Broadcast(_decay), w, TLanes.Load(_g + index));
        var buffer = _first ? g : TLanes.MultiplyAdd(momentum, TLanes.Load(_buffer + index), g);
        buffer.Store(_buffer + index);
        var step = _nesterov ? TLanes.MultiplyAdd(momentum, buffer, g) : buffer;
        (w - (TLanes.Broadcast(_rate) * step)).Store(_w + index);
    }
}
