using System.Runtime.CompilerServices;

namespace Retrieval.Host.Backends.Cpu;

/// <summary>One Adam step for one parameter; the bias corrections are folded into the rate and the second moment's scale.</summary>
internal readonly unsafe struct AdamKernel : ILaneKernel
{
    private readonly float* _w, _g, _m, _v;
    private readonly float _beta1, _rest1, _beta2, _rest2, _epsilon, _rate, _scale2, _keep, _decay;

    public AdamKernel(in OptimizerSlot slot, AdamStep step)
    {
        _w = slot.Weights.Pointer<float>();
        _g = slot.Gradient.Pointer<float>();
        _m = slot.Momentum.Pointer<float>();
        _v = slot.SecondMoment.Pointer<float>();
        double beta1 = step.Beta1, beta2 = step.Beta2;
        (_beta1, _rest1) = (step.Beta1, (float)(1 - beta1));
        (_beta2, _rest2) = (step.Beta2, (float)(1 - beta2));
        _epsilon = step.Epsilon;
        _rate = (float)(slot.Rate / (1 - Math.Pow(beta1, step.Step)));
        _scale2 = (float)(1 / (1 - Math.Pow(beta2, step.Step)));
        _keep = step.Decoupled ? (float)(1 - ((double)slot.Rate * slot.Decay)) : 1;
        _decay = step.Decoupled ? 0 : slot.Decay;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Apply<TLanes>(long index) where TLanes : unmanaged, ILanes<TLanes>
    {
        var w = TLanes.Load(_w + index);
        var g = TLanes.MultiplyAdd(TLanes.Broadcast(_decay), w, TLanes.Load(_g + index));
        var m = TLanes.MultiplyAdd(TLanes.Broadcast(_beta1), TLanes.Load(_m + index), TLanes.Broadcast(_rest1) * g);
        var v = TLanes.MultiplyAdd(TLanes.Broadcast(_beta2), TLanes.Load(_v + index), TLanes.Broadcast(_rest2) * (g * g));
        var deviation = TLanes.SquareRoot(v * TLanes.Broadcast(_scale2)) + TLanes.Broadcast(_epsilon);
        m.Store(_m + index);
        v.Store(_v + index);
        ((w * TLanes.Broadcast(_keep)) - (TLanes.Broadcast(_rate) * m / deviation)).Store(_w + index);
    }
}
