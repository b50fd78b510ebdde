using System.Runtime.CompilerServices;

namespace Retrieval.Host.Backends.Cpu;

/// <summary>
/// With u = max(x, epsilon) / y: writes dx = share u^(p-1) where x is at least epsilon (share = dy / positions), and gives u^p and, for the exponent's
/// gradient, u^p log2(u). In u nothing leaves the range of single precision, as the mean of u^p is 1.
/// </summary>
internal readonly unsafe struct GemGradientTerms(float* x, float epsilon, int whole, bool learnExponent, float* p, float* inverse, float* share, float* dx) : IColumnTerms
{
    private readonly float* _x = x;
    private readonly float _epsilon = epsilon;
    private readonly int _whole = whole;
    private readonly bool _learnExponent = learnExponent;
    private readonly float* _p = p;
    private readonly float* _inverse = inverse;
    private readonly float* _share = share;
    private readonly float* _dx = dx;

    public void Terms<TLanes>(long index, int column, out TLanes first, out TLanes second) where TLanes : unmanaged, ILanes<TLanes>
    {
        TLanes x = TLanes.Load(_x + index), epsilon = TLanes.Broadcast(_epsilon);
        var u = TLanes.Max(epsilon, x) * TLanes.Load(_inverse + column);
        var log = _whole == 0 || _learnExponent ? VectorMath.Log2(u) : default;
        var slope = _whole > 0 ? Raise(u, _whole - 1) : VectorMath.Exp2((TLanes.Load(_p + column) - TLanes.Broadcast(1)) * log);
        TLanes.IfAtLeast(x, epsilon, TLanes.Load(_share + column) * slope, TLanes.Broadcast(0)).Store(_dx + index);
        first = slope * u;
        second = first * log;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLanes Raise<TLanes>(TLanes value, int p) where TLanes : unmanaged, ILanes<TLanes> =>
        p == 0 ? TLanes.Broadcast(1) : WholePowerTerms.Raise(value, p);
}
