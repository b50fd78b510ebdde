namespace Retrieval.Index.Storage;

/// <summary>Finds the row of an id. Rising ids are searched where they lie; others get a sorted copy.</summary>
internal sealed unsafe class IdLookup
{
    private readonly long* _ids;
    private readonly long _count;
    private readonly (long Id, long Row)[]? _sorted;

    private IdLookup(long* ids, long count, (long Id, long Row)[]? sorted)
    {
        _ids = ids;
        _count = count;
        _sorted = sorted;
    }

    /// <summary>Prepares the look-up.</summary>
    /// <exception cref="FormatException">An id is negative or occurs twice.</exception>
    public static IdLookup Of(long* ids, long count)
    {
        var rising = true;
        for (long row = 0; row < count; row++)
        {
            if (ids[row] < 0)
                throw new FormatException($"row {row} has the negative id {ids[row]}");
            rising &= row == 0 || ids[row] > ids[row - 1];
        }
        if (rising)
            return new IdLookup(ids, count, null);
        var sorted = new (long Id, long Row)[count];
        for (long row = 0; row < count; row++)
            sorted[row] = (ids[row], row);
        Array.Sort(sorted);
        for (long i = 1; i < count; i++)
            if (sorted[i].Id == sorted[i - 1].Id)
                throw new FormatException($"id {sorted[i].Id} occurs twice, in rows {sorted[i - 1].Row} and {sorted[i].Row}");
        return new IdLookup(ids, count, sorted);
    }

    /// <summary>The row of an id, or -1 when there is none.</summary>
    public long RowOf(long id)
    {
        long low = 0, high = _count - 1;
        while (low <= high)
        {
            var middle = low + ((high - low) / 2);
            var (found, row) = _sorted is null ? (_ids[middle], middle) : _sorted[middle];
            if (found == id)
                return row;
            if (found < id)
                low = middle + 1;
            else
                high = middle - 1;
        }
        return -1;
    }
}
