using System.Runtime.CompilerServices;

namespace Retrieval.Host.Backends.Cpu;

/// <summary>At one position: dx += sum_t taps[t] w[t]; dw[t] += taps[t] x. The rows of w and dw are <paramref name="stride"/> apart.</summary>
internal readonly unsafe struct TapGradientKernel(float* taps, int stride, float* x, float* w, float* dx, float* dw) : ILaneKernel
{
    private readonly float* _taps = taps;
    private readonly long _stride = stride;
    private readonly float* _x = x;
    private readonly float* _w = w;
    private readonly float* _dx = dx;
    private readonly float* _dw = dw;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Apply<TLanes>(long index) where TLanes : unmanaged, ILanes<TLanes>
    {
        TLanes x = TLanes.Load(_x + index), sum = TLanes.Load(_dx + index);
        for (var tap = 0; tap < Operators.MaskTapCount; tap++)
        {
            var gradient = TLanes.Broadcast(_taps[tap]);
            var place = (tap * _stride) + index;
            sum = TLanes.MultiplyAdd(gradient, TLanes.Load(_w + place), sum);
            TLanes.MultiplyAdd(gradient, x, TLanes.Load(_dw + place)).Store(_dw + place);
        }
        sum.Store(_dx + index);
    }
}
