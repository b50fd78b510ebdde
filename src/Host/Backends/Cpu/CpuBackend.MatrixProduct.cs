using Retrieval.Host.Backends.Cpu.Gemm;

namespace Retrieval.Host.Backends.Cpu;

internal sealed unsafe partial class CpuBackend
{
    public void MatrixProduct(Tensor a, Tensor b, Tensor c, bool transposeA, bool transposeB, bool accumulate)
    {
        if (c.Type == ElementType.Float64)
        {
            MultiplyDouble(a, b, c, transposeA, transposeB, accumulate);
            return;
        }
        int rows = c.Shape[0], columns = c.Shape[1], depth = a.Shape[transposeA ? 0 : 1];
        var output = new ProductOutput(c.Pointer<float>(), RowMap.Dense(columns)) { Accumulate = accumulate };
        if (transposeB)
            MultiplyLeft(a, transposeA, new FilterColumns(b.Pointer<float>(), columns, depth), output, rows, columns, depth);
        else
            MultiplyLeft(a, transposeA, FilterRows.Matrix(b.Pointer<float>(), depth, columns), output, rows, columns, depth);
    }

    private void MultiplyDouble(Tensor a, Tensor b, Tensor c, bool transposeA, bool transposeB, bool accumulate)
    {
        var product = new DoubleProduct(a, b, c, transposeA, transposeB, accumulate);
        _team.For(product.PieceCount, product);
    }

    public void Linear(Tensor x, Tensor w, Tensor bias, Tensor y)
    {
        int columns = y.Shape[1], depth = x.Shape[1];
        var output = new ProductOutput(y.Pointer<float>(), RowMap.Dense(columns)) { Shift = bias.Pointer<float>() };
        MultiplyLeft(x, false, new FilterColumns(w.Pointer<float>(), columns, depth), output, y.Shape[0], columns, depth);
    }

    private void MultiplyLeft<TRight>(Tensor a, bool transpose, in TRight right, in ProductOutput output, int rows, int columns, int depth) where TRight : struct, IRightOperand
    {
        if (transpose)
            Product.Run<MatrixColumns, TRight, ColumnLayout>(_team, a.Device, new MatrixColumns(a.Pointer<float>(), rows), right, output, rows, columns, depth);
        else
            Product.Run<Windows, TRight, RowLayout>(_team, a.Device, Windows.Matrix(a.Pointer<float>(), rows, depth), right, output, rows, columns, depth);
    }
}
