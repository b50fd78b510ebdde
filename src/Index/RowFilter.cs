using System.Numerics;

namespace Retrieval.Index;

/// <summary>Which rows of an index a search may return: one bit a row. Not to be changed while a search uses it.</summary>
public sealed class RowFilter
{
    private const int WordBits = 64;

    private readonly ulong[] _words;

    /// <summary>A filter over the rows of an index that allows none.</summary>
    public RowFilter(long rowCount)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(rowCount);
        RowCount = rowCount;
        _words = new ulong[(rowCount + WordBits - 1) / WordBits];
    }

    /// <summary>Rows of the index that the filter is for.</summary>
    public long RowCount { get; }

    /// <summary>Rows that are allowed.</summary>
    public long AllowedCount { get; private set; }

    /// <summary>Whether a row is allowed.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such row.</exception>
    public bool this[long row]
    {
        get => (Word(row) >> (int)(row % WordBits) & 1) != 0;
        set
        {
            var bit = 1UL << (int)(row % WordBits);
            if (((Word(row) & bit) != 0) == value)
                return;
            _words[row / WordBits] ^= bit;
            AllowedCount += value ? 1 : -1;
        }
    }

    /// <summary>The first allowed row at or after a row, or <see cref="RowCount"/> when there is none.</summary>
    internal long NextAllowed(long row)
    {
        while (row < RowCount)
        {
            var rest = _words[row / WordBits] >> (int)(row % WordBits);
            if (rest != 0)
                return row + BitOperations.TrailingZeroCount(rest);
            row = (row / WordBits * WordBits) + WordBits;
        }
        return RowCount;
    }

    private ulong Word(long row) => (ulong)row < (ulong)RowCount
        ? _words[row / WordBits]
        : throw new ArgumentOutOfRangeException(nameof(row), $"row {row} of {RowCount}");
}
