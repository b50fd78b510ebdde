namespace Retrieval.Host.Backends.Cpu.Gemm;

/// <summary>Where the rows of a product lie in memory: row (n, i, j) of a grid [N, Height, Width] at n * ImageStride + i * RowStride + j * ColumnStride.</summary>
internal readonly record struct RowMap(int Height, int Width, long ImageStride, long RowStride, long ColumnStride)
{
    /// <summary>Rows at one distance from each other.</summary>
    public static RowMap Dense(long stride) => new(1, int.MaxValue, 0, 0, stride);

    /// <summary>Writes the offsets of rows [first, first + count).</summary>
    public unsafe void Offsets(int first, int count, long* offsets)
    {
        int j = first % Width, line = first / Width, i = line % Height, n = line / Height;
        for (var row = 0; row < count; row++)
        {
            offsets[row] = (n * ImageStride) + (i * RowStride) + (j * ColumnStride);
            if (++j < Width)
                continue;
            j = 0;
            if (++i < Height)
                continue;
            i = 0;
            n++;
        }
    }
}
