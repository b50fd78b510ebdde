using System.Runtime.CompilerServices;

namespace Retrieval.Host.Backends.Cpu;

/// <summary>dx = a g + b (x - mean) + c, with g = dy where y is above 0 (everywhere without y).</summary>
/// <param name="x">[rows, C].</param>
/// <param name="y">[rows, C] or none.</param>
/// <param name="dy">[rows, C].</param>
/// <param name="mean">One a column.</param>
/// <param name="a">One a column.</param>
/// <param name="b">One a column.</param>
/// <param name="c">One a column.</param>
/// <param name="dx">[rows, C].</param>
internal readonly unsafe struct NormGradientKernel(float* x, float* y, float* dy, float* mean, float* a, float* b, float* c, float* dx) : IMatrixKernel
{
    private readonly float* _x = x;
    private readonly float* _y = y;
    private readonly float* _dy = dy;
    private readonly float* _mean = mean;
    private readonly float* _a = a;
    private readonly float* _b = b;
    private readonly float* _c = c;
    private readonly float* _dx = dx;

    /// <summary>With mean, a, b and c as the factors of a wide row.</summary>
    public NormGradientKernel(float* x, float* y, float* dy, WideValues factors, float* dx)
        : this(x, y, dy, factors[0], factors[1], factors[2], factors[3], dx)
    {
    }

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
