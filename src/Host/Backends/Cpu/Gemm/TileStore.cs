using System.Runtime.CompilerServices;

namespace Retrieval.Host.Backends.Cpu.Gemm;

/// <summary>Brings a finished tile from the kernel's buffer to the output, with everything that is fused into the store.</summary>
internal static unsafe class TileStore<TSimd, TVector>
    where TSimd : struct, ISimd<TVector>
    where TVector : struct
{
    /// <param name="tile">The tile: rows of two vectors.</param>
    /// <param name="rows">Rows of the tile.</param>
    /// <param name="columns">Columns that exist in the output.</param>
    /// <param name="output">The output.</param>
    /// <param name="offsets">Offset of each row's start in the output.</param>
    /// <param name="column">The tile's first column.</param>
    /// <param name="first">This is the first depth block: the output is overwritten, unless it accumulates.</param>
    /// <param name="last">This is the last depth block: scale, shift, residual and rectifier apply.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run(float* tile, int rows, int columns, in ProductOutput output, long* offsets, int column, bool first, bool last)
    {
        var add = !first || output.Accumulate;
        var affine = last && (output.Scale != null || output.Shift != null);
        var residual = last && output.Residual != null;
        var relu = last && output.Relu;
        var vectorColumns = columns - (columns % TSimd.Width);
        for (var j = 0; j < vectorColumns; j += TSimd.Width)
        {
            var scale = affine && output.Scale != null ? TSimd.Load(output.Scale + column + j) : TSimd.Broadcast(1);
            var shift = affine && output.Shift != null ? TSimd.Load(output.Shift + column + j) : default;
            for (var row = 0; row < rows; row++)
            {
                var at = offsets[row] + column + j;
                var value = TSimd.Load(tile + (row * 2 * TSimd.Width) + j);
                if (add)
                    value = TSimd.Add(TSimd.Load(output.Address + at), value);
                if (affine)
                    value = TSimd.MultiplyAdd(value, scale, shift);
                if (residual)
                    value = TSimd.Add(value, TSimd.Load(output.Residual + at));
                if (relu)
                    value = TSimd.Relu(value);
                TSimd.Store(output.Address + at, value);
            }
        }
        for (var row = 0; row < rows; row++)
        {
            for (var j = vectorColumns; j < columns; j++)
            {
                var at = offsets[row] + column + j;
                var value = tile[(row * 2 * TSimd.Width) + j] + (add ? output.Address[at] : 0);
                if (affine)
                    value = (value * (output.Scale != null ? output.Scale[column + j] : 1)) + (output.Shift != null ? output.Shift[column + j] : 0);
                if (residual)
                    value += output.Residual[at];
                output.Address[at] = relu && value < 0 ? 0 : value;
            }
        }
    }
}
