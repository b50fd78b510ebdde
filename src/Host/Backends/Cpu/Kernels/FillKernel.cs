using System.Runtime.CompilerServices;

namespace Retrieval.Host.Backends.Cpu;

/// <summary>x = value.</summary>
internal readonly unsafe struct FillKernel(float value, float* x) : ILaneKernel
{
    private readonly float _value = value;
    private readonly float* _x = x;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Apply<TLanes>(long index) where TLanes : unmanaged, ILanes<TLanes> => TLanes.Broadcast(_value).Store(_x + index);
}
