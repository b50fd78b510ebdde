using System.Runtime.CompilerServices;

namespace Retrieval.Host.Backends.Cpu;

/// <summary>
/// Mean and sum of squared deviations of some channels, joined from chunk after chunk, in order and in double. Joining by the difference of the means
/// (Chan, Golub and LeVeque's rule) loses nothing when means are large against deviations.
/// </summary>
/// <param name="block">The channels.</param>
/// <param name="means">One for each.</param>
/// <param name="squares">One for each.</param>
internal unsafe ref struct JoinedMoments(ChannelBlock block, double* means, double* squares)
{
    private readonly ChannelBlock _block = block;
    private readonly double* _means = means;
    private readonly double* _squares = squares;

    /// <summary>Rows joined so far.</summary>
    public long Count { get; private set; }

    /// <summary>Begins with nothing.</summary>
    public void Clear()
    {
        new Span<double>(_means, _block.Count).Clear();
        new Span<double>(_squares, _block.Count).Clear();
        Count = 0;
    }

    /// <summary>Joins all chunks of a matrix.</summary>
    /// <param name="chunks">The matrix.</param>
    /// <param name="moments">What <see cref="MomentFold"/> left of each chunk.</param>
    /// <param name="x">The matrix' values: the first row of a chunk is its pivot.</param>
    public void Add(RowChunks chunks, PartialSums moments, float* x)
    {
        for (var chunk = 0; chunk < chunks.Count; chunk++)
        {
            for (var repeat = 0; repeat < chunks.Repeats; repeat++)
            {
                var column = (repeat * chunks.Channels) + _block.First;
                if (chunks.RowsAt(chunk, repeat) is > 0 and var rows)
                    Add(rows, moments.First(chunk) + column, moments.Second(chunk) + column, x + chunks.Start(chunk) + column);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Add(long rows, float* sums, float* squareSums, float* pivots)
    {
        Count += rows;
        double perRow = 1.0 / rows, share = (double)rows / Count, weight = share * (Count - rows);
        for (var c = 0; c < _block.Count; c++)
        {
            double sum = sums[c], mean = sum * perRow, delta = pivots[c] + mean - _means[c];
            _means[c] += delta * share;
            _squares[c] += Math.Max(0, squareSums[c] - (sum * mean)) + (delta * delta * weight);
        }
    }
}
