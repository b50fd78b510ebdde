using System.Runtime.CompilerServices;

namespace Retrieval.Host.Backends.Cpu;

/// <summary>Sums g and g (x - mean), where g is dy behind the rectifier: 0 where y is not above 0. Writes g to where it is wanted.</summary>
internal readonly unsafe struct NormGradientFold(float* x, float* y, float* dy, float* mean, float* g) : IMatrixFold
{
    private readonly float* _x = x;
    private readonly float* _y = y;
    private readonly float* _dy = dy;
    private readonly float* _mean = mean;
    private readonly float* _g = g;

    public static bool IsPair => true;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Take<TLanes>(long index, long row, int column, out TLanes first, out TLanes second) where TLanes : unmanaged, ILanes<TLanes>
    {
        first = TLanes.Load(_dy + index);
        if (_y != null)
            first = TLanes.IfGreater(TLanes.Load(_y + index), TLanes.Broadcast(0), first, TLanes.Broadcast(0));
        if (_g != null)
            first.Store(_g + index);
        second = first * (TLanes.Load(_x + index) - TLanes.Load(_mean + column));
    }
}
