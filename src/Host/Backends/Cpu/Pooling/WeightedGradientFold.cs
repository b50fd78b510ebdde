using System.Runtime.CompilerServices;

namespace Retrieval.Host.Backends.Cpu;

/// <summary>
/// With u = max(x, epsilon) / y, for one position: dx = or += dy w u^(p-1) where x is at least epsilon, and what the sums of w u^p and w u^p log2(u) grow by; w u^p is
/// written down, too. The weight goes into the exponent: w u^p is at most 1, u^p by itself may be anything.
/// </summary>
internal readonly unsafe struct WeightedGradientFold(WeightedGradientFold.Columns columns, float weight, bool add) : IMatrixFold
{
    private readonly Columns _columns = columns;
    private readonly float _weight = weight;
    private readonly float _logWeight = MathF.Log2(weight);
    private readonly bool _add = add;

    public static bool IsPair => true;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Take<TLanes>(long index, long row, int column, out TLanes first, out TLanes second) where TLanes : unmanaged, ILanes<TLanes>
    {
        TLanes x = TLanes.Load(_columns.X + index), epsilon = TLanes.Broadcast(_columns.Epsilon);
        var u = TLanes.Max(epsilon, x) * TLanes.Load(_columns.Inverse + column);
        var log = _columns.Whole == 0 || _columns.LearnExponent ? VectorMath.Log2(TLanes.Max(TLanes.Broadcast(PositionWeights.Smallest), u)) : TLanes.Broadcast(0);
        var slope = _columns.Whole > 0
            ? TLanes.Broadcast(_weight) * WholePower.Raise(u, _columns.Whole - 1)
            : VectorMath.Exp2(TLanes.MultiplyAdd(TLanes.Load(_columns.P + column) - TLanes.Broadcast(1), log, TLanes.Broadcast(_logWeight)));
        var dx = TLanes.IfAtLeast(x, epsilon, TLanes.Load(_columns.Dy + column) * slope, TLanes.Broadcast(0));
        (_add ? TLanes.Load(_columns.Dx + index) + dx : dx).Store(_columns.Dx + index);
        first = slope * u;
        first.Store(_columns.Powers + column);
        second = first * log;
    }

    /// <summary>The map, and what belongs to a region's columns.</summary>
    public readonly struct Columns
    {
        /// <summary>The map, and its gradient.</summary>
        public float* X { get; init; }

        /// <inheritdoc cref="X"/>
        public float* Dx { get; init; }

        /// <summary>One exponent a column.</summary>
        public float* P { get; init; }

        /// <summary>p when it is a small whole number in all columns, else 0.</summary>
        public int Whole { get; init; }

        public float Epsilon { get; init; }

        /// <summary>Whether the second sum is wanted.</summary>
        public bool LearnExponent { get; init; }

        /// <summary>Gradient of the pooled value, one a column.</summary>
        public float* Dy { get; init; }

        /// <summary>1 / y, one a column; 0 where y is 0.</summary>
        public float* Inverse { get; init; }

        /// <summary>Receives w u^p, one a column.</summary>
        public float* Powers { get; init; }
    }
}
