namespace Retrieval.Host.Backends.Cuda;

/// <summary>
/// A matrix [rows, C] cut into tiles of columns and chunks of rows, a block each, as columns.cuh has it. Where C has no whole
/// packs of 16 bytes, several rows are laid side by side until it has. The cut depends on shape, addresses and device alone, and with it the
/// order of sums.
/// </summary>
internal readonly struct ColumnCut
{
    /// <summary>Threads of a block.</summary>
    public const int Threads = 256;

    // Enough blocks to hold all a multiprocessor's loads under way in one wave; more would only leave more partial sums.
    private const int BlocksPerMultiprocessor = 4;

    // 1 KB side by side, in packs: what memory delivers best, with rows enough beside it to share out.
    private const int WidestTile = 64;

    private const int LeastRowsPerThread = 4;

    /// <param name="variant">What the kernel is launched as.</param>
    /// <param name="packLength">Elements that it takes at a time.</param>
    /// <param name="map">Shape of the matrix: all but the last axis are rows.</param>
    /// <param name="repeats">Rows to lay side by side; divides their number.</param>
    /// <param name="multiprocessors">Of the device.</param>
    public ColumnCut(KernelVariant variant, int packLength, Shape map, int repeats, int multiprocessors)
    {
        (Variant, Rows, Channels, Columns) = (variant, map.Rows / repeats, map.Last, checked(map.Last * repeats));
        var packs = Columns / packLength;
        if (Rows == 0 || packs == 0)
            return;
        var tiles = CeilingDivide(packs, WidestTile);
        Width = (int)CeilingDivide(packs, tiles);
        var lanes = Threads / Width;
        var most = CeilingDivide(BlocksPerMultiprocessor * multiprocessors, tiles);
        var chunks = Math.Min(most, CeilingDivide(Rows, LeastRowsPerThread * lanes));
        ChunkRows = CeilingDivide(CeilingDivide(Rows, chunks), lanes) * lanes;
        Chunks = (int)CeilingDivide(Rows, ChunkRows);
        Shape = new LaunchShape(Chunks * tiles, Threads);
    }

    public KernelVariant Variant { get; }

    /// <summary>Rows of the matrix as it is walked: several of its own side by side, perhaps.</summary>
    public long Rows { get; }

    /// <summary>C.</summary>
    public int Channels { get; }

    /// <summary>Elements of a row as it is walked, a multiple of C.</summary>
    public int Columns { get; }

    /// <summary>Packs that a block takes side by side.</summary>
    public int Width { get; }

    /// <summary>Rows of a chunk; the last has what is left.</summary>
    public long ChunkRows { get; }

    public int Chunks { get; }

    /// <summary>The launch; no blocks for an empty matrix.</summary>
    public LaunchShape Shape { get; }

    /// <summary>Floats that the chunks leave if each leaves <paramref name="kinds"/> values a column.</summary>
    public long PartialCount(int kinds) => (long)kinds * Chunks * Columns;

    private static long CeilingDivide(long value, long divisor) => (value + divisor - 1) / divisor;
}
