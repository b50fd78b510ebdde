using System.Buffers;
using Retrieval.Host;
using Retrieval.Training.Whitening.LinearAlgebra;

namespace Retrieval.Training.Whitening;

/// <summary>Means and scatter matrices of descriptors, in double, in one pass each over the rows.</summary>
/// <param name="rows">The descriptors.</param>
/// <param name="workers">Threads.</param>
/// <param name="device">Multiplies for the scatter matrices if it does so in double precision; null for none.</param>
internal sealed class DescriptorStatistics(IDescriptorRows rows, Workers workers, Device? device = null)
{
    /// <summary>Rows are added up in this many runs, whatever the number of threads, so that rounding is always the same.</summary>
    private const int MeanRuns = 16;

    private const int RowsPerPiece = 16;

    private delegate void RowReader(int index, Span<double> row);

    /// <summary>The mean of <paramref name="count"/> descriptors; <paramref name="rowOf"/> says which.</summary>
    public double[] Mean(int count, Func<int, int> rowOf)
    {
        var sums = new double[MeanRuns][];
        workers.For(MeanRuns, run =>
        {
            var sum = sums[run] = new double[rows.Dimensions];
            var row = new double[rows.Dimensions];
            for (var i = (int)((long)count * run / MeanRuns); i < (int)((long)count * (run + 1) / MeanRuns); i++)
            {
                Read(rowOf(i), row);
                VectorOperations.AddScaled(sum, 1, row);
            }
        });
        var mean = sums[0];
        for (var run = 1; run < MeanRuns; run++)
            VectorOperations.AddScaled(mean, 1, sums[run]);
        VectorOperations.Scale(mean, 1.0 / count);
        return mean;
    }

    /// <summary>sum (x - m)(x - m)^T / divisor over all descriptors.</summary>
    public Matrix AboutMean(double[] mean, double divisor) => Scatter(rows.Count, divisor, (index, row) =>
    {
        Read(index, row);
        VectorOperations.AddScaled(row, -1, mean);
    });

    /// <summary>x - m of every descriptor [N, D].</summary>
    public Matrix Centred(double[] mean)
    {
        var result = Matrix.Zero(rows.Count, rows.Dimensions);
        workers.For(rows.Count, index =>
        {
            Read(index, result.Row(index));
            VectorOperations.AddScaled(result.Row(index), -1, mean);
        });
        return result;
    }

    /// <summary>The mean over pairs of (x_i - x_j)(x_i - x_j)^T.</summary>
    public Matrix OfDifferences(IReadOnlyList<(int First, int Second)> pairs) => Scatter(pairs.Count, pairs.Count, (index, row) =>
    {
        var second = ArrayPool<double>.Shared.Rent(rows.Dimensions);
        Read(pairs[index].First, row);
        Read(pairs[index].Second, second.AsSpan(0, rows.Dimensions));
        VectorOperations.AddScaled(row, -1, second.AsSpan(0, rows.Dimensions));
        ArrayPool<double>.Shared.Return(second);
    });

    private Matrix Scatter(int count, double divisor, RowReader read) =>
        device is { MultipliesFloat64: true } ? ScatterOn(device, count, divisor, read) : ScatterHere(count, divisor, read);

    private Matrix ScatterOn(Device multiplier, int count, double divisor, RowReader read)
    {
        using var scatter = new DeviceScatter(multiplier, rows.Dimensions, count);
        for (var first = 0; first < count; first += scatter.Capacity)
        {
            int start = first, depth = Math.Min(scatter.Capacity, count - first);
            workers.For((depth + RowsPerPiece - 1) / RowsPerPiece, piece =>
            {
                for (var i = piece * RowsPerPiece; i < Math.Min(depth, (piece + 1) * RowsPerPiece); i++)
                    read(start + i, scatter.Row(i));
            });
            scatter.Add(depth);
        }
        return scatter.Total(divisor);
    }

    private Matrix ScatterHere(int count, double divisor, RowReader read)
    {
        var sum = Matrix.Zero(rows.Dimensions, rows.Dimensions);
        for (var first = 0; first < count; first += PanelBuffer.MaxDepth)
        {
            int start = first, depth = Math.Min(PanelBuffer.MaxDepth, count - first);
            workers.Left.Resize(rows.Dimensions, depth);
            workers.For((depth + RowsPerPiece - 1) / RowsPerPiece, piece =>
            {
                var row = ArrayPool<double>.Shared.Rent(rows.Dimensions);
                for (var i = piece * RowsPerPiece; i < Math.Min(depth, (piece + 1) * RowsPerPiece); i++)
                {
                    read(start + i, row.AsSpan(0, rows.Dimensions));
                    workers.Left.PackDepth(i, row.AsSpan(0, rows.Dimensions));
                }
                ArrayPool<double>.Shared.Return(row);
            });
            MatrixProduct.AddSquare(sum, 1 / divisor, workers.Left, workers);
        }
        sum.MirrorUpper();
        return sum;
    }

    private void Read(int index, Span<double> row)
    {
        var values = ArrayPool<float>.Shared.Rent(row.Length);
        rows.Read(index, values.AsSpan(0, row.Length));
        var finite = true;
        for (var i = 0; i < row.Length; i++)
        {
            row[i] = values[i];
            finite &= float.IsFinite(values[i]);
        }
        ArrayPool<float>.Shared.Return(values);
        if (!finite)
            throw new ArgumentException($"whitening: descriptor {index} holds a value that is not a finite number");
    }
}
