namespace Retrieval.Host.Backends.Cuda;

/// <summary>
/// How a search is cut: queries in blocks, the database in tiles of rows; and where what a block of queries needs lies in its scratch
/// memory. Follows from the shapes alone, and does not grow with the database.
/// </summary>
internal readonly struct SearchPlan
{
    private const int MostQueries = 256;
    private const int RowStep = 128;
    private const int FirstTileRows = 16384;
    private const long TileScores = 1 << 22;
    private const long ByteBudget = 512L << 20;
    private const int Alignment = 64;

    private readonly int _rows;

    public SearchPlan(int queries, int rows, int wanted, bool merges)
    {
        (_rows, Wanted, Merges) = (rows, wanted, merges);
        Kept = Math.Min(wanted, Math.Max(1, rows));
        Limit = (int)Math.Min(Math.Max(2L * Kept, Kept + 1024L), int.MaxValue);
        Queries = (int)Math.Clamp(ByteBudget / ((Limit * (long)sizeof(ulong)) + ResultBytes), 1, Math.Min(queries, MostQueries));
        TileRows = (int)Math.Min(Round(rows, RowStep), TileScores / Round(Queries, 32) / RowStep * RowStep);
        Capacity = Math.Min(Limit + (long)TileRows, rows);
    }

    /// <summary>Queries of a block.</summary>
    public int Queries { get; }

    /// <summary>Results of a query, k.</summary>
    public int Wanted { get; }

    /// <summary>Results that the database has for a query: k, or all rows where there are fewer.</summary>
    public int Kept { get; }

    /// <summary>Candidates of a query that stay unsorted between two tiles.</summary>
    public int Limit { get; }

    /// <summary>Room for a query's candidates: those that stay and all that a tile may add.</summary>
    public long Capacity { get; }

    /// <summary>Rows of the largest tile, also the length of a query's scores.</summary>
    public int TileRows { get; }

    /// <summary>Whether earlier results are kept aside to be merged.</summary>
    public bool Merges { get; }

    public long KeysOffset => Round((long)Queries * TileRows * sizeof(float), Alignment);

    public long BoundsOffset => KeysOffset + Round(Queries * Capacity * sizeof(ulong), Alignment);

    public long CountsOffset => BoundsOffset + Round((long)Queries * sizeof(ulong), Alignment);

    public long NormsOffset => CountsOffset + Round((long)Queries * sizeof(int), Alignment);

    public long HeldRowsOffset => NormsOffset + Round((long)Queries * sizeof(float), Alignment);

    public long HeldScoresOffset => HeldRowsOffset + (Merges ? Round((long)Queries * Wanted * sizeof(long), Alignment) : 0);

    public long ByteCount => HeldScoresOffset + (Merges ? Round((long)Queries * Wanted * sizeof(float), Alignment) : 0);

    private long ResultBytes => Merges ? Wanted * (long)(sizeof(long) + sizeof(float)) : 0;

    /// <summary>
    /// Rows of the tile that begins at a row. The first one is short where others are long: all its rows are candidates, and the bound
    /// that they give keeps most later rows from becoming any.
    /// </summary>
    public int TileLength(int first)
    {
        var longest = first == 0 ? Math.Min(TileRows, Math.Max(FirstTileRows, Round(2L * Limit, RowStep))) : TileRows;
        return (int)Math.Min(longest, _rows - first);
    }

    private static long Round(long value, long step) => (value + step - 1) / step * step;
}
