using System.Runtime.CompilerServices;

namespace Retrieval.Host.Backends.Cpu;

/// <summary>Sums (max(x, epsilon) / largest)^p for any p: no power is above 1, so none overflows, and what underflows is nothing beside the largest.</summary>
internal readonly unsafe struct PowerFold(float* x, float epsilon, float* inverseLargest, float* p) : IMatrixFold
{
    private readonly float* _x = x;
    private readonly float _epsilon = epsilon;
    private readonly float* _inverseLargest = inverseLargest;
    private readonly float* _p = p;

    public static bool IsPair => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Take<TLanes>(long index, long row, int column, out TLanes first, out TLanes second) where TLanes : unmanaged, ILanes<TLanes>
    {
        var value = TLanes.Max(TLanes.Broadcast(_epsilon), TLanes.Load(_x + index)) * TLanes.Load(_inverseLargest + column);
        first = VectorMath.Exp2(TLanes.Load(_p + column) * VectorMath.Log2(value));
        second = default;
    }
}
