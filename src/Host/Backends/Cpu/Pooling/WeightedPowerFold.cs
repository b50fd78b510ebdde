using System.Runtime.CompilerServices;

namespace Retrieval.Host.Backends.Cpu;

/// <summary>Sums w (max(x, epsilon) / largest)^p. What weighs nothing is left out, however large it is.</summary>
/// <param name="x">The map.</param>
/// <param name="weights">One a row.</param>
/// <param name="epsilon">Lower clamp.</param>
/// <param name="whole">p when it is a small whole number in all columns, else 0.</param>
/// <param name="p">One exponent a column.</param>
/// <param name="inverseLargest">One a column; null for 1.</param>
internal readonly unsafe struct WeightedPowerFold(float* x, PositionWeights weights, float epsilon, int whole, float* p, float* inverseLargest) : IMatrixFold
{
    private readonly float* _x = x;
    private readonly PositionWeights _weights = weights;
    private readonly float _epsilon = epsilon;
    private readonly int _whole = whole;
    private readonly float* _p = p;
    private readonly float* _inverseLargest = inverseLargest;

    public static bool IsPair => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Take<TLanes>(long index, long row, int column, out TLanes first, out TLanes second) where TLanes : unmanaged, ILanes<TLanes>
    {
        second = default;
        var weight = _weights[row];
        if (weight < PositionWeights.Smallest)
        {
            first = default;
            return;
        }
        var value = TLanes.Max(TLanes.Broadcast(_epsilon), TLanes.Load(_x + index));
        if (_inverseLargest != null)
            value *= TLanes.Load(_inverseLargest + column);
        first = TLanes.Broadcast(weight) * (_whole > 0 ? WholePower.Raise(value, _whole) : Power(value, TLanes.Load(_p + column)));
    }

    /// <summary>value^p, 0 below 2^-126: beside a weight that hardly counts, the smallest number would.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLanes Power<TLanes>(TLanes value, TLanes p) where TLanes : unmanaged, ILanes<TLanes>
    {
        var exponent = p * VectorMath.Log2(TLanes.Max(TLanes.Broadcast(PositionWeights.Smallest), value));
        return TLanes.IfGreater(TLanes.Broadcast(-126), exponent, TLanes.Broadcast(0), VectorMath.Exp2(exponent));
    }
}
