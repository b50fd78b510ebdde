namespace Retrieval.Index;

/// <summary>How a search runs. The answer never depends on anything here but the filter.</summary>
public sealed record SearchOptions
{
    public static SearchOptions Default { get; } = new();

    /// <summary>Rows that may be returned; null allows all.</summary>
    public RowFilter? Filter { get; init; }

    /// <summary>Bytes that the search may use beside queries and answers. Smaller budgets take fewer queries at once, never less than one. The index keeps some of it for the next searches.</summary>
    public long WorkspaceByteCount { get; init; } = 64 << 20;

    /// <summary>Checks the options against an index.</summary>
    /// <exception cref="ArgumentException">The filter is for another number of rows, or the workspace is not above zero.</exception>
    internal void Validate(long rowCount)
    {
        if (Filter is not null && Filter.RowCount != rowCount)
            throw new ArgumentException($"filter: expected one bit for each of the {rowCount} rows of the index, got {Filter.RowCount}");
        if (WorkspaceByteCount <= 0)
            throw new ArgumentException($"workspace: expected a number of bytes above 0, got {WorkspaceByteCount}");
    }
}
