namespace Retrieval.Host.Backends.Cuda;

/// <summary>
/// A map [N, H, W, C] cut so that no block meets two images: each image into tiles of columns and chunks of rows, as <see cref="ColumnCut"/> cuts a
/// whole map. The cut depends on shape, addresses and device alone, and with it the order of sums.
/// </summary>
internal readonly struct ImageCut
{
    private const int BlocksPerMultiprocessor = 4;
    private const int WidestTile = 64;
    private const int LeastRowsPerThread = 4;

    // One thread adds up a channel's chunks of an image.
    private const int MostChunks = 128;

    private readonly int _packLength;

    /// <param name="variant">What the kernels are launched as.</param>
    /// <param name="packLength">Elements that it takes at a time; divides C.</param>
    /// <param name="map">[N, H, W, C], none 0 but perhaps N.</param>
    /// <param name="multiprocessors">Of the device.</param>
    public ImageCut(KernelVariant variant, int packLength, Shape map, int multiprocessors)
    {
        (Variant, _packLength, Images, Rows, Channels) = (variant, packLength, map[0], (long)map[1] * map[2], map[3]);
        var packs = Channels / packLength;
        var tiles = CeilingDivide(packs, WidestTile);
        Width = (int)CeilingDivide(packs, tiles);
        var lanes = ColumnCut.Threads / Width;
        var most = Math.Clamp(CeilingDivide(BlocksPerMultiprocessor * multiprocessors, tiles * Math.Max(1, Images)), 1, MostChunks);
        var chunks = Math.Min(most, CeilingDivide(Rows, LeastRowsPerThread * lanes));
        ChunkRows = CeilingDivide(CeilingDivide(Rows, chunks), lanes) * lanes;
        Chunks = (int)CeilingDivide(Rows, ChunkRows);
    }

    public KernelVariant Variant { get; }

    public int Images { get; }

    /// <summary>Positions of an image.</summary>
    public long Rows { get; }

    public int Channels { get; }

    /// <summary>Packs that a block takes side by side.</summary>
    public int Width { get; }

    /// <summary>Rows of a chunk; the last of an image has what is left.</summary>
    public long ChunkRows { get; }

    /// <summary>Chunks of an image.</summary>
    public int Chunks { get; }

    /// <summary>The launch over all channels.</summary>
    public LaunchShape Shape => ShapeOf(Channels);

    /// <summary>So many leading channels and what is left of their last pack.</summary>
    public int Taken(int channels) => (int)CeilingDivide(channels, _packLength) * _packLength;

    /// <summary>The launch over whole packs of leading channels.</summary>
    public LaunchShape ShapeOf(int taken) => new(Images * Chunks * CeilingDivide(taken / _packLength, Width), ColumnCut.Threads);

    /// <summary>Floats that the chunks leave if each leaves <paramref name="kinds"/> values a channel.</summary>
    public long PartialCount(int kinds) => (long)kinds * Images * Chunks * Channels;

    private static long CeilingDivide(long value, long divisor) => (value + divisor - 1) / divisor;
}
