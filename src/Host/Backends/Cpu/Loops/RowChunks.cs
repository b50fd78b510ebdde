namespace Retrieval.Host.Backends.Cpu;

/// <summary>A matrix [rows, C] cut into runs of whole rows. The cut depends on the shape alone, so sums do not depend on the threads.</summary>
internal readonly struct RowChunks
{
    // 256 KiB: a few streams of it stay in a core's second-level cache.
    private const int TargetLength = 1 << 16;

    private readonly long _rows;
    private readonly long _rowsPerChunk;

    public RowChunks(long rows, int channels)
    {
        _rows = rows;
        Channels = channels;
        _rowsPerChunk = Math.Max(4, TargetLength / Math.Max(1, channels) / 4 * 4);
        Count = checked((int)((rows + _rowsPerChunk - 1) / _rowsPerChunk));
    }

    public int Channels { get; }

    public int Count { get; }

    public long FirstRow(int chunk) => chunk * _rowsPerChunk;

    public long RowCount(int chunk) => Math.Min(_rowsPerChunk, _rows - FirstRow(chunk));
}
