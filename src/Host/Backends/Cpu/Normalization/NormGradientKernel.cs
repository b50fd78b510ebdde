using System.Runtime.CompilerServices;

namespace Retrieval.Host.Backends.Cpu;

/// <summary>dx = a g + b (x - mean) + c, with g = dy where y is above 0 (everywhere without y).</summary>
/// <param name="x">[rows, C].</param>
/// <param name="y">[rows, C] or none.</param>
/// <param name="dy">[rows, C].</param>
/// <param name="factors">mean, a, b and c.</param>
/// <param name="dx">[rows, C].</param>
internal readonly unsafe struct NormGradientKernel(float* x, float* y, float* dy, WideValues factors, float* dx) : IMatrixKernel
{
    private readonly float* _x = x;
    private readonly float* _y = y;
    private readonly float* _dy = dy;
    private readonly float* _mean = factors[0];
    private readonly float* _a = factors[1];
    private readonly float* _b = factors[2];
    private readonly float* _c = factors[3];
    private readonly float* _dx = dx;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Apply<TLanes>(long index, long row, int column) where TLanes : unmanaged, ILanes<TLanes>
    {
        var g = TLanes.Load(_dy + index);
        if (_y != null)
            g = TLanes.IfGreater(TLanes.Load(_y + index), TLanes.Broadcast(0), g, TLanes.Broadcast(0));
        var deviation = TLanes.Load(_x + index) - TLanes.Load(_mean + column);
        var rest = TLanes.MultiplyAdd(TLanes.Load(_b + column), deviation, TLanes.Load(_c + column));
        TLanes.MultiplyAdd(TLanes.Load(_a + column), g, rest).Store(_dx + index);
    }
}
