using System.Runtime.CompilerServices;

namespace Retrieval.Host.Backends.Cpu;

/// <summary>Sums max(x, epsilon)^p for a whole p by multiplication.</summary>
internal readonly unsafe struct WholePowerFold(float* x, float epsilon, int p) : IMatrixFold
{
    private readonly float* _x = x;
    private readonly float _epsilon = epsilon;
    private readonly int _p = p;

    public static bool IsPair => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Take<TLanes>(long index, long row, int column, out TLanes first, out TLanes second) where TLanes : unmanaged, ILanes<TLanes>
    {
        first = WholePower.Raise(TLanes.Max(TLanes.Broadcast(_epsilon), TLanes.Load(_x + index)), _p);
        second = default;
    }
}
