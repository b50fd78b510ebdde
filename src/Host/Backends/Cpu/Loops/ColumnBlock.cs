using System.Runtime.Intrinsics;

namespace Retrieval.Host.Backends.Cpu;

/// <summary>A block of a row-major matrix whose columns are summed: where it starts, how far apart its rows are, and which columns it spans.</summary>
internal readonly unsafe struct ColumnBlock(long start, long rows, long rowStride, int firstColumn, int columns)
{
    private readonly long _start = start;
    private readonly long _rows = rows;
    private readonly long _rowStride = rowStride;
    private readonly int _firstColumn = firstColumn;
    private readonly int _columns = columns;

    /// <summary>Sums the terms of each column down the rows, four rows at a time.</summary>
    /// <param name="terms">What each element gives; it sees indices from the block's start and columns from its first.</param>
    /// <param name="first">Receives the first sums, one per column of the block.</param>
    /// <param name="second">Receives the second sums.</param>
    public void Sum<TTerms>(TTerms terms, float* first, float* second) where TTerms : struct, IColumnTerms
    {
        new Span<float>(first, _columns).Clear();
        new Span<float>(second, _columns).Clear();
        var row = 0L;
        for (; row <= _rows - 4; row += 4)
            SumRows<TTerms, Four>(ref terms, row, first, second);
        for (; row < _rows; row++)
            SumRows<TTerms, One>(ref terms, row, first, second);
    }

    private void SumRows<TTerms, TRows>(ref TTerms terms, long row, float* first, float* second)
        where TTerms : struct, IColumnTerms
        where TRows : struct
    {
        var start = _start + (row * _rowStride);
        var column = 0;
        if (Vector512.IsHardwareAccelerated)
            column = Sweep<TTerms, TRows, Lanes16>(ref terms, start, column, first, second);
        if (Vector256.IsHardwareAccelerated)
            column = Sweep<TTerms, TRows, Lanes8>(ref terms, start, column, first, second);
        if (Vector128.IsHardwareAccelerated)
            column = Sweep<TTerms, TRows, Lanes4>(ref terms, start, column, first, second);
        Sweep<TTerms, TRows, Lanes1>(ref terms, start, column, first, second);
    }

    private int Sweep<TTerms, TRows, TLanes>(ref TTerms terms, long start, int column, float* first, float* second)
        where TTerms : struct, IColumnTerms
        where TRows : struct
        where TLanes : unmanaged, ILanes<TLanes>
    {
        for (; column <= _columns - TLanes.Count; column += TLanes.Count)
        {
            var at = _firstColumn + column;
            terms.Terms<TLanes>(start + column, at, out var a, out var b);
            if (typeof(TRows) == typeof(Four))
            {
                terms.Terms<TLanes>(start + column + _rowStride, at, out var a1, out var b1);
                terms.Terms<TLanes>(start + column + (2 * _rowStride), at, out var a2, out var b2);
                terms.Terms<TLanes>(start + column + (3 * _rowStride), at, out var a3, out var b3);
                a = (a + a1) + (a2 + a3);
                b = (b + b1) + (b2 + b3);
            }
            (TLanes.Load(first + column) + a).Store(first + column);
            (TLanes.Load(second + column) + b).Store(second + column);
        }
        return column;
    }

    private readonly struct One;

    private readonly struct Four;
}
