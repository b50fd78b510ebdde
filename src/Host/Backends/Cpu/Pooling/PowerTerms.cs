namespace Retrieval.Host.Backends.Cpu;

/// <summary>(max(x, epsilon) / largest)^p for any p: never above 1, so no power overflows, and what underflows is nothing beside the largest.</summary>
internal readonly unsafe struct PowerTerms(float* x, float epsilon, float* inverseLargest, float* p) : IColumnTerms
{
    private readonly float* _x = x;
    private readonly float _epsilon = epsilon;
    private readonly float* _inverseLargest = inverseLargest;
    private readonly float* _p = p;

    public void Terms<TLanes>(long index, int column, out TLanes first, out TLanes second) where TLanes : unmanaged, ILanes<TLanes>
    {
        var value = TLanes.Max(TLanes.Broadcast(_epsilon), TLanes.Load(_x + index)) * TLanes.Load(_inverseLargest + column);
        first = VectorMath.Exp2(TLanes.Load(_p + column) * VectorMath.Log2(value));
        second = default;
    }
}
