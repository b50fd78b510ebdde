using System.Runtime.CompilerServices;

namespace Retrieval.Host.Backends.Cpu;

/// <summary>y = the sum of a few parts, which lie <paramref name="stride"/> apart.</summary>
internal readonly unsafe struct PartsKernel(float* parts, int count, long stride, float* y) : ILaneKernel
{
    private readonly float* _parts = parts;
    private readonly int _count = count;
    private readonly long _stride = stride;
    private readonly float* _y = y;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Apply<TLanes>(long index) where TLanes : unmanaged, ILanes<TLanes>
    {
        var sum = TLanes.Load(_parts + index);
        for (var part = 1; part < _count; part++)
            sum += TLanes.Load(_parts + (part * _stride) + index);
        sum.Store(_y + index);
    }
}
