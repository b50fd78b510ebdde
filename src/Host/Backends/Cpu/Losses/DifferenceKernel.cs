using System.Runtime.CompilerServices;

namespace Retrieval.Host.Backends.Cpu;

/// <summary>z += factor (a - b + shift).</summary>
internal readonly unsafe struct DifferenceKernel(float factor, float* a, float* b, float shift, float* z) : ILaneKernel
{
    private readonly float _factor = factor;
    private readonly float* _a = a;
    private readonly float* _b = b;
    private readonly float _shift = shift;
    private readonly float* _z = z;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Apply<TLanes>(long index) where TLanes : unmanaged, ILanes<TLanes>
    {
        var difference = TLanes.Load(_a + index) - TLanes.Load(_b + index) + TLanes.Broadcast(_shift);
        TLanes.MultiplyAdd(TLanes.Broadcast(_factor), difference, TLanes.Load(_z + index)).Store(_z + index);
    }
}
