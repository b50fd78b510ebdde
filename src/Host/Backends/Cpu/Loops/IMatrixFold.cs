using System.Runtime.CompilerServices;

namespace Retrieval.Host.Backends.Cpu;

/// <summary>How the columns of a matrix are folded into one or two values each: sums, unless <see cref="Join"/> says otherwise.</summary>
internal interface IMatrixFold
{
    /// <summary>Whether a column has a second value.</summary>
    static abstract bool IsPair { get; }

    /// <summary>What the elements from <paramref name="index"/> on give. They may be written back, too. To be inlined.</summary>
    void Take<TLanes>(long index, long row, int column, out TLanes first, out TLanes second) where TLanes : unmanaged, ILanes<TLanes>;

    /// <summary>Joins what later rows gave to what earlier rows did.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static virtual void Join<TLanes>(ref TLanes first, ref TLanes second, TLanes laterFirst, TLanes laterSecond) where TLanes : unmanaged, ILanes<TLanes>
    {
        first += laterFirst;
        second += laterSecond;
    }
}
