using System.Runtime.CompilerServices;

namespace Retrieval.Host.Backends.Cpu;

/// <summary>Sums the elements themselves.</summary>
internal readonly unsafe struct PlainFold(float* x) : IMatrixFold
{
    private readonly float* _x = x;

    public static bool IsPair => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Take<TLanes>(long index, long row, int column, out TLanes first, out TLanes second) where TLanes : unmanaged, ILanes<TLanes>
    {
        first = TLanes.Load(_x + index);
        second = default;
    }
}
