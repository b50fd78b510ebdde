namespace Retrieval.Training.Whitening.LinearAlgebra;

/// <summary>
/// A window on a double matrix: element (i, j) is <c>Data[Offset + i * RowStride + j * ColumnStride]</c>. Transposing and cutting
/// out a block cost nothing. What a routine writes to must have a column stride of 1 (row-major).
/// </summary>
internal readonly record struct Matrix(double[] Data, int Offset, int Rows, int Columns, int RowStride, int ColumnStride)
{
    /// <summary>A row-major matrix over the whole of <paramref name="data"/>.</summary>
    public Matrix(double[] data, int rows, int columns)
        : this(data, 0, rows, columns, columns, 1)
    {
        if ((long)rows * columns > data.Length)
            throw new ArgumentException($"Matrix: {rows} x {columns} does not fit in {data.Length} values");
    }

    public Matrix Transposed => new(Data, Offset, Columns, Rows, ColumnStride, RowStride);

    public ref double this[int row, int column] => ref Data[IndexOf(row, column)];

    public static Matrix Zero(int rows, int columns) => new(new double[checked(rows * columns)], rows, columns);

    public Matrix Block(int row, int column, int rows, int columns) =>
        new(Data, IndexOf(row, column), rows, columns, RowStride, ColumnStride);

    public int IndexOf(int row, int column) => Offset + (row * RowStride) + (column * ColumnStride);

    /// <summary>Columns <paramref name="from"/> and on of a row of a row-major matrix.</summary>
    public Span<double> Row(int row, int from = 0) => Data.AsSpan(IndexOf(row, from), Columns - from);

    /// <summary>Copies the upper triangle onto the lower one.</summary>
    public void MirrorUpper()
    {
        for (var i = 1; i < Rows; i++)
            for (var j = 0; j < i; j++)
                this[i, j] = this[j, i];
    }
}
