using System.Runtime.CompilerServices;

namespace Retrieval.Host.Backends.Cpu.Gemm;

/// <summary>Brings a finished tile from the kernel's buffer to the output, with everything that is fused into the store.</summary>
internal static unsafe class TileStore<TSimd, TVector>
    where TSimd : struct, ISimd<TVector>
    where TVector : struct
{
    private static int TileColumns
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => 2 * TSimd.Width;
    }

    /// <param name="tile">The tile: rows of two vectors.</param>
    /// <param name="rows">Rows of the tile.</param>
    /// <param name="columns">Columns that exist in the output.</param>
    /// <param name="output">The output.</param>
    /// <param name="offsets">Offset of each row's start in the output.</param>
    /// <param name="column">The tile's first column.</param>
    /// <param name="first">This is the first depth block: the output is overwritten, unless it accumulates.</param>
    /// <param name="last">This is the last depth block: scale, shift, residual and rectifier apply.</param>
    public static void Run(float* tile, int rows, int columns, in ProductOutput output, long* offsets, int column, bool first, bool last)
    {
        var add = !first || output.Accumulate;
        var fused = last && (output.Scale != null || output.Shift != null || output.Residual != null || output.Relu);
        if (columns < TileColumns)
            StorePart(tile, rows, columns, output, offsets, column, add, fused);
        else if (fused)
            StoreFused(tile, rows, output, offsets, column, add);
        else if (add)
            Add(tile, rows, output.Address + column, offsets);
        else
            Copy(tile, rows, output.Address + column, offsets);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void Copy(float* tile, int rows, float* target, long* offsets)
    {
        for (var row = 0; row < rows; row++, tile += TileColumns)
        {
            var to = target + offsets[row];
            TVector v0 = TSimd.Load(tile), v1 = TSimd.Load(tile + TSimd.Width);
            TSimd.Store(to, v0);
            TSimd.Store(to + TSimd.Width, v1);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void Add(float* tile, int rows, float* target, long* offsets)
    {
        for (var row = 0; row < rows; row++, tile += TileColumns)
        {
            var to = target + offsets[row];
            var v0 = TSimd.Add(TSimd.Load(to), TSimd.Load(tile));
            var v1 = TSimd.Add(TSimd.Load(to + TSimd.Width), TSimd.Load(tile + TSimd.Width));
            TSimd.Store(to, v0);
            TSimd.Store(to + TSimd.Width, v1);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void StoreFused(float* tile, int rows, in ProductOutput output, long* offsets, int column, bool add)
    {
        float* target = output.Address + column, residual = output.Residual == null ? null : output.Residual + column;
        TVector scale0 = TSimd.Broadcast(1), scale1 = scale0, shift0 = default, shift1 = default;
        if (output.Scale != null)
            (scale0, scale1) = (TSimd.Load(output.Scale + column), TSimd.Load(output.Scale + column + TSimd.Width));
        if (output.Shift != null)
            (shift0, shift1) = (TSimd.Load(output.Shift + column), TSimd.Load(output.Shift + column + TSimd.Width));
        var relu = output.Relu;
        for (var row = 0; row < rows; row++, tile += TileColumns)
        {
            var at = offsets[row];
            TVector v0 = TSimd.Load(tile), v1 = TSimd.Load(tile + TSimd.Width);
            if (add)
            {
                v0 = TSimd.Add(TSimd.Load(target + at), v0);
                v1 = TSimd.Add(TSimd.Load(target + at + TSimd.Width), v1);
            }
            v0 = TSimd.MultiplyAdd(v0, scale0, shift0);
            v1 = TSimd.MultiplyAdd(v1, scale1, shift1);
            if (residual != null)
            {
                v0 = TSimd.Add(v0, TSimd.Load(residual + at));
                v1 = TSimd.Add(v1, TSimd.Load(residual + at + TSimd.Width));
            }
            if (relu)
            {
                v0 = TSimd.Relu(v0);
                v1 = TSimd.Relu(v1);
            }
            TSimd.Store(target + at, v0);
            TSimd.Store(target + at + TSimd.Width, v1);
        }
    }

    /// <summary>The last panel of an output whose columns are no multiple of a tile's.</summary>
    private static void StorePart(float* tile, int rows, int columns, in ProductOutput output, long* offsets, int column, bool add, bool fused)
    {
        for (var row = 0; row < rows; row++)
        {
            for (var j = 0; j < columns; j++)
            {
                var at = offsets[row] + column + j;
                var value = tile[(row * TileColumns) + j] + (add ? output.Address[at] : 0);
                if (fused)
                {
                    value = (value * (output.Scale != null ? output.Scale[column + j] : 1)) + (output.Shift != null ? output.Shift[column + j] : 0);
                    value += output.Residual != null ? output.Residual[at] : 0;
                    value = output.Relu && value < 0 ? 0 : value;
                }
                output.Address[at] = value;
            }
        }
    }
}
