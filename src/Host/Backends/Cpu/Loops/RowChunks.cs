using System.Numerics;

namespace Retrieval.Host.Backends.Cpu;

/// <summary>
/// A matrix [rows, C] cut into chunks of whole rows. Where C is small, several rows side by side make one wide row, so that
/// registers are filled whatever C is. The cut depends on the shape alone: what is summed by it does not depend on the threads.
/// </summary>
internal readonly struct RowChunks
{
    private const int ChunkLength = 1 << 17;
    private const int NarrowestRow = 256;
    private const int LongestRegister = 16;

    private readonly long _length;
    private readonly long _chunkLength;

    public RowChunks(long rows, int channels)
    {
        Channels = channels;
        _length = rows * channels;
        Repeats = channels is 0 or >= NarrowestRow ? 1 : RepeatsOf(channels);
        Width = channels * Repeats;
        _chunkLength = Math.Max(1, ChunkLength / Math.Max(1, Width)) * (long)Width;
        Count = _length == 0 ? 0 : checked((int)((_length + _chunkLength - 1) / _chunkLength));
    }

    public RowChunks(Shape shape) : this(shape.Rows, shape.Last) { }

    /// <summary>C.</summary>
    public int Channels { get; }

    /// <summary>Rows in a wide row.</summary>
    public int Repeats { get; }

    /// <summary>Elements in a wide row.</summary>
    public int Width { get; }

    public int Count { get; }

    /// <summary>Index of a chunk's first element.</summary>
    public long Start(int chunk) => chunk * _chunkLength;

    /// <summary>The chunk's full wide rows.</summary>
    public MatrixBlock Body(int chunk) => new(Start(chunk), Length(chunk) / Width, Width, Width);

    /// <summary>The rows behind the last full wide row, as part of one.</summary>
    public MatrixBlock Rest(int chunk) => new(Start(chunk) + (Length(chunk) / Width * Width), 1, (int)(Length(chunk) % Width), Width);

    /// <summary>How many of a chunk's rows stand at a place of their wide row.</summary>
    public long RowsAt(int chunk, int repeat) => (Length(chunk) / Width) + (repeat * Channels < Length(chunk) % Width ? 1 : 0);

    private long Length(int chunk) => Math.Min(_chunkLength, _length - Start(chunk));

    private static int RepeatsOf(int channels)
    {
        var repeats = LongestRegister / Math.Min(LongestRegister, 1 << BitOperations.TrailingZeroCount(channels));
        while (repeats * channels < NarrowestRow)
            repeats *= 2;
        return repeats;
    }
}
