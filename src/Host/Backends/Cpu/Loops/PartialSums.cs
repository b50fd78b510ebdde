using System.Runtime.CompilerServices;

namespace Retrieval.Host.Backends.Cpu;

/// <summary>Two sums for each chunk of a matrix and each column of its wide rows: [chunks, 2, wide row].</summary>
internal readonly unsafe struct PartialSums(RowChunks chunks, float* values)
{
    private readonly RowChunks _chunks = chunks;
    private readonly float* _values = values;

    public static long Length(RowChunks chunks) => 2L * chunks.Count * chunks.Width;

    public float* First(int chunk) => _values + (2L * chunk * _chunks.Width);

    public float* Second(int chunk) => First(chunk) + _chunks.Width;

    public void Clear(int chunk) => new Span<float>(First(chunk), 2 * _chunks.Width).Clear();

    /// <summary>Adds up the first sums of some channels over all chunks, in order and in double.</summary>
    public void AddFirst(ChannelBlock block, double* totals) => Add(_values, block, totals);

    /// <summary>Adds up the second sums of some channels over all chunks, in order and in double.</summary>
    public void AddSecond(ChannelBlock block, double* totals) => Add(_values + _chunks.Width, block, totals);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Add(float* values, ChannelBlock block, double* totals)
    {
        for (var chunk = 0L; chunk < _chunks.Count; chunk++)
        {
            for (var repeat = 0; repeat < _chunks.Repeats; repeat++)
            {
                var part = values + (2 * chunk * _chunks.Width) + (repeat * _chunks.Channels) + block.First;
                for (var c = 0; c < block.Count; c++)
                    totals[c] += part[c];
            }
        }
    }
}
