using System.Runtime.CompilerServices;

namespace Retrieval.Host.Backends.Cpu;

/// <summary>
/// With u = max(x, epsilon) / y: writes dx = share u^(p-1) where x is at least epsilon (share = dy / positions), and sums u^p and u^p log2(u) for the
/// exponent's gradient. In u nothing leaves the range of single precision, as the mean of u^p is 1.
/// </summary>
/// <param name="x">The map.</param>
/// <param name="epsilon">Lower clamp.</param>
/// <param name="whole">p when it is a small whole number in all columns, else 0.</param>
/// <param name="learnExponent">Whether the second sum is wanted.</param>
/// <param name="p">One exponent a column.</param>
/// <param name="inverse">1 / y, one a column.</param>
/// <param name="share">One a column.</param>
/// <param name="dx">The map's gradient.</param>
internal readonly unsafe struct GemGradientFold(float* x, float epsilon, int whole, bool learnExponent, float* p, float* inverse, float* share, float* dx) : IMatrixFold
{
    private readonly float* _x = x;
    private readonly float _epsilon = epsilon;
    private readonly int _whole = whole;
    private readonly bool _learnExponent = learnExponent;
    private readonly float* _p = p;
    private readonly float* _inverse = inverse;
    private readonly float* _share = share;
    private readonly float* _dx = dx;

    public static bool IsPair => true;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Take<TLanes>(long index, long row, int column, out TLanes first, out TLanes second) where TLanes : unmanaged, ILanes<TLanes>
    {
        TLanes x = TLanes.Load(_x + index), epsilon = TLanes.Broadcast(_epsilon);
        var u = TLanes.Max(epsilon, x) * TLanes.Load(_inverse + column);
        var log = _whole == 0 || _learnExponent ? VectorMath.Log2(u) : TLanes.Broadcast(0);
        var slope = _whole > 0 ? WholePower.Raise(u, _whole - 1) : VectorMath.Exp2((TLanes.Load(_p + column) - TLanes.Broadcast(1)) * log);
        TLanes.IfAtLeast(x, epsilon, TLanes.Load(_share + column) * slope, TLanes.Broadcast(0)).Store(_dx + index);
        first = slope * u;
        second = first * log;
    }
}
