using System.Numerics;
using System.Runtime.Intrinsics;

namespace Retrieval.Training.Whitening.LinearAlgebra;

/// <summary>Dense products in double precision: operands are packed block by block of depth, tiles of C are shared among the threads.</summary>
internal static unsafe class MatrixProduct
{
    /// <summary>Side of a tile of C in panels: 8 x 24 x 256 doubles of the right operand fit the second-level cache beside the left one's.</summary>
    private const int TilePanels = 8;

    private const int TileSide = TilePanels * PanelBuffer.Width;

    /// <summary>C += scale * A B for A [m, k], B [k, n] and a row-major C [m, n] that shares no element with them.</summary>
    public static void Add(Matrix c, double scale, Matrix a, Matrix b, Workers workers)
    {
        if (a.Columns != b.Rows || c.Rows != a.Rows || c.Columns != b.Columns || c.ColumnStride != 1)
            throw new ArgumentException($"MatrixProduct.Add: {a.Rows} x {a.Columns} times {b.Rows} x {b.Columns} into {c.Rows} x {c.Columns}");
        Accumulate(c, scale, a, b.Transposed, workers, upperOnly: false);
    }

    /// <summary>As <see cref="Add"/> for a symmetric result: only tiles that touch the upper triangle of C are computed, the rest is undefined.</summary>
    public static void AddSymmetric(Matrix c, double scale, Matrix a, Matrix b, Workers workers)
    {
        if (a.Columns != b.Rows || c.Rows != a.Rows || c.Columns != b.Columns || c.ColumnStride != 1 || c.Rows != c.Columns)
            throw new ArgumentException($"MatrixProduct.AddSymmetric: {a.Rows} x {a.Columns} times {b.Rows} x {b.Columns} into {c.Rows} x {c.Columns}");
        Accumulate(c, scale, a, b.Transposed, workers, upperOnly: true);
    }

    /// <summary>C += scale * A A^T for a packed A: the upper triangle of C; below it, values are undefined.</summary>
    public static void AddSquare(Matrix c, double scale, PanelBuffer a, Workers workers) => Multiply(c, scale, a, a, workers, upperOnly: true);

    private static void Accumulate(Matrix c, double scale, Matrix a, Matrix bTransposed, Workers workers, bool upperOnly)
    {
        if (c.Rows == 0 || c.Columns == 0)
            return;
        PanelBuffer left = workers.Left, right = workers.Right;
        for (var first = 0; first < a.Columns; first += PanelBuffer.MaxDepth)
        {
            var depth = Math.Min(PanelBuffer.MaxDepth, a.Columns - first);
            left.Resize(a.Rows, depth);
            right.Resize(bTransposed.Rows, depth);
            var block = first;
            workers.For(left.PanelCount + right.PanelCount, index =>
            {
                if (index < left.PanelCount)
                    left.Pack(a, block, index);
                else
                    right.Pack(bTransposed, block, index - left.PanelCount);
            });
            Multiply(c, scale, left, right, workers, upperOnly);
        }
    }

    private static void Multiply(Matrix c, double scale, PanelBuffer left, PanelBuffer right, Workers workers, bool upperOnly)
    {
        int tileRows = (c.Rows + TileSide - 1) / TileSide, tileColumns = (c.Columns + TileSide - 1) / TileSide;
        workers.For(tileRows * tileColumns, index =>
        {
            var (tileRow, tileColumn) = Math.DivRem(index, tileColumns);
            if (upperOnly && tileColumn < tileRow)
                return;
            if (Vector512.IsHardwareAccelerated)
                MultiplyTile<Simd512, Vector512<double>>(c, scale, left, right, tileRow * TileSide, tileColumn * TileSide, upperOnly);
            else
                MultiplyTile<SimdNative, Vector<double>>(c, scale, left, right, tileRow * TileSide, tileColumn * TileSide, upperOnly);
        });
    }

    private static void MultiplyTile<TSimd, TVector>(
        Matrix c, double scale, PanelBuffer left, PanelBuffer right, int firstRow, int firstColumn, bool upperOnly)
        where TSimd : struct, ISimd<TVector>
        where TVector : struct
    {
        const int rows = MicroKernel<TSimd, TVector>.Rows;
        var columns = MicroKernel<TSimd, TVector>.Columns;
        int lastRow = Math.Min(firstRow + TileSide, c.Rows), lastColumn = Math.Min(firstColumn + TileSide, c.Columns);
        var edge = stackalloc double[rows * columns];
        fixed (double* data = c.Data)
        {
            for (var i = firstRow; i < lastRow; i += rows)
            {
                var a = left.Panel(i / PanelBuffer.Width) + (i % PanelBuffer.Width);
                for (var j = firstColumn; j < lastColumn; j += columns)
                {
                    if (upperOnly && j + columns <= i)
                        continue;
                    var b = right.Panel(j / PanelBuffer.Width) + (j % PanelBuffer.Width);
                    var target = data + c.IndexOf(i, j);
                    if (i + rows <= lastRow && j + columns <= lastColumn)
                    {
                        MicroKernel<TSimd, TVector>.Multiply(a, b, left.Depth, scale, target, c.RowStride);
                        continue;
                    }
                    new Span<double>(edge, rows * columns).Clear();
                    MicroKernel<TSimd, TVector>.Multiply(a, b, left.Depth, scale, edge, columns);
                    AddEdge(edge, columns, target, c.RowStride, Math.Min(rows, lastRow - i), Math.Min(columns, lastColumn - j));
                }
            }
        }
    }

    private static void AddEdge(double* edge, int edgeStride, double* target, int targetStride, int rows, int columns)
    {
        for (var i = 0; i < rows; i++)
            for (var j = 0; j < columns; j++)
                target[((long)i * targetStride) + j] += edge[(i * edgeStride) + j];
    }
}
