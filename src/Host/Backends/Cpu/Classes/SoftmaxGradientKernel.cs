using System.Runtime.CompilerServices;

namespace Retrieval.Host.Backends.Cpu.Classes;

/// <summary>y = factor y + shift.</summary>
internal readonly unsafe struct SoftmaxGradientKernel(float* y, float factor, float shift) : ILaneKernel
{
    private readonly float* _y = y;
    private readonly float _factor = factor;
    private readonly float _shift = shift;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Apply<TLanes>(long index) where TLanes : unmanaged, ILanes<TLanes> =>
        TLanes.MultiplyAdd(TLanes.Broadcast(_factor), TLanes.Load(_y + index), TLanes.Broadcast(_shift)).Store(_y + index);
}
