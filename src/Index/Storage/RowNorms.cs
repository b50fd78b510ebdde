using Retrieval.Host;
using Retrieval.Index.Exact;

namespace Retrieval.Index.Storage;

/// <summary>One pass over the descriptors: the longest norm, each row's squared norm, and whether all values are finite.</summary>
internal static unsafe class RowNorms
{
    private const int BlockRowCount = 1024;

    /// <summary>Measures every row.</summary>
    /// <param name="device">Whose threads do it.</param>
    /// <param name="pieces">The descriptors.</param>
    /// <param name="dimension">D.</param>
    /// <param name="squaredNorms">Receives |x|^2 of every row [N], rounded from float64; null when they are not needed.</param>
    /// <returns>The longest norm; 0 for an empty index.</returns>
    /// <exception cref="FormatException">A row holds NaN or infinity.</exception>
    public static double Measure(Device device, ReadOnlySpan<DescriptorPiece> pieces, int dimension, float* squaredNorms)
    {
        var longest = 0.0;
        foreach (var piece in pieces)
        {
            var blocks = new double[(piece.RowCount + BlockRowCount - 1) / BlockRowCount];
            device.ParallelFor(blocks.Length, new MeasureBlock(piece, dimension, squaredNorms, blocks));
            for (var block = 0; block < blocks.Length; block++)
                if (!double.IsFinite(blocks[block]))
                    throw new FormatException($"row {FirstDamaged(piece, dimension, block)} holds NaN or infinity");
                else
                    longest = Math.Max(longest, blocks[block]);
        }
        return Math.Sqrt(longest);
    }

    /// <summary>Whether all values are finite. Squares of float32 values cannot overflow float64.</summary>
    public static bool IsFinite(float* descriptor, int dimension) => double.IsFinite(ExactScore.Dot(descriptor, descriptor, dimension));

    private static long FirstDamaged(DescriptorPiece piece, int dimension, int block)
    {
        var row = block * BlockRowCount;
        while (IsFinite(Row(piece, row, dimension), dimension))
            row++;
        return piece.FirstRow + row;
    }

    private static float* Row(DescriptorPiece piece, int row, int dimension) => (float*)piece.Address + ((long)row * dimension);

    private readonly struct MeasureBlock(DescriptorPiece piece, int dimension, float* squaredNorms, double[] blocks) : IParallelBody
    {
        public void Run(int index, int worker)
        {
            var longest = 0.0;
            var end = Math.Min(piece.RowCount, (index + 1) * BlockRowCount);
            for (var row = index * BlockRowCount; row < end; row++)
            {
                var descriptor = Row(piece, row, dimension);
                var squared = ExactScore.Dot(descriptor, descriptor, dimension);
                if (squaredNorms != null)
                    squaredNorms[piece.FirstRow + row] = (float)squared;
                longest = Math.Max(longest, squared);
            }
            blocks[index] = longest;
        }
    }
}
