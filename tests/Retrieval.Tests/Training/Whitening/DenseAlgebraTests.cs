using Retrieval.Training.Whitening.LinearAlgebra;
using Xunit;

namespace Retrieval.Tests.Training.Whitening;

/// <summary>Products and Cholesky factors against the plainest loops.</summary>
public class DenseAlgebraTests
{
    private static readonly Workers Workers = new(2);

    [Theory]
    [InlineData(1, 1, 1)]
    [InlineData(3, 5, 2)]
    [InlineData(24, 24, 24)]
    [InlineData(25, 193, 257)]
    [InlineData(200, 31, 600)]
    [InlineData(4, 7, 0)]
    [InlineData(0, 7, 5)]
    public void Multiplies(int rows, int columns, int depth)
    {
        double[] a = Small.Normal(rows * depth, 1), b = Small.Normal(depth * columns, 2), start = Small.Normal(rows * columns, 3);
        double[] direct = (double[])start.Clone(), transposed = (double[])start.Clone();
        MatrixProduct.Add(new Matrix(direct, rows, columns), -0.5, new Matrix(a, rows, depth), new Matrix(b, depth, columns), Workers);
        Matrix aStored = new Matrix(Small.Transpose(a, Math.Max(depth, 1)), depth, rows), bStored = new Matrix(Small.Transpose(b, columns), columns, depth);
        MatrixProduct.Add(new Matrix(transposed, rows, columns), -0.5, aStored.Transposed, bStored.Transposed, Workers);
        for (var i = 0; i < rows; i++)
            for (var j = 0; j < columns; j++)
            {
                var expected = start[(i * columns) + j];
                for (var k = 0; k < depth; k++)
                    expected -= 0.5 * a[(i * depth) + k] * b[(k * columns) + j];
                Assert.Equal(expected, direct[(i * columns) + j], 1e-11);
            }
        Assert.Equal(direct, transposed);
    }

    [Fact]
    public void Writes_nothing_outside_a_block()
    {
        const int side = 60;
        var c = Matrix.Zero(side, side);
        Matrix a = new Matrix(Small.Normal(30 * 10, 1), 30, 10), b = new Matrix(Small.Normal(10 * 29, 2), 10, 29);
        MatrixProduct.Add(c.Block(13, 17, 30, 29), 1, a, b, Workers);
        for (var i = 0; i < side; i++)
            for (var j = 0; j < side; j++)
                Assert.Equal(i is >= 13 and < 43 && j is >= 17 and < 46, c[i, j] != 0);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(23)]
    [InlineData(300)]
    public void A_symmetric_product_has_the_upper_triangle(int side)
    {
        var a = new Matrix(Small.Normal(side * 40, 1), side, 40);
        Matrix whole = Matrix.Zero(side, side), upper = Matrix.Zero(side, side);
        MatrixProduct.Add(whole, 1, a, a.Transposed, Workers);
        MatrixProduct.AddSymmetric(upper, 1, a, a.Transposed, Workers);
        upper.MirrorUpper();
        Assert.True(Small.Distance(upper.Data, i => whole.Data[i]) < 1e-12);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(64)]
    [InlineData(65)]
    [InlineData(129)]
    [InlineData(333)]
    public void Factors_solves_and_inverts(int side)
    {
        var matrix = Small.Gram(Small.Normal(side * (side + 20), 7), side + 20);
        var r = Small.Square(matrix, side);
        Assert.True(Cholesky.TryFactor(r, new double[side], Workers));
        for (var i = 0; i < side; i++)
            r.Row(i)[..i].Clear();
        var rebuilt = Small.Product(Small.Transpose(r.Data, side), r.Data, side);
        Assert.True(Small.Distance(rebuilt, i => matrix[i]) < 1e-11 * side);

        var inverse = Matrix.Zero(side, side);
        Cholesky.InvertTransposed(r, inverse, Workers);
        Assert.True(Small.DistanceFromIdentity(Small.Product(inverse.Data, Small.Transpose(r.Data, side), side), side) < 1e-10);

        double[] right = Small.Normal(side * 300, 8), solution = (double[])right.Clone();
        Cholesky.SolveTransposed(r, new Matrix(solution, side, 300), Workers);
        Assert.True(Small.Distance(Small.Product(Small.Transpose(r.Data, side), solution, side), i => right[i]) < 1e-10);
    }

    [Theory]
    [InlineData(3)]
    [InlineData(200)]
    public void Refuses_a_matrix_that_is_not_positive_definite(int side)
    {
        var matrix = Small.Gram(Small.Normal(side * (side - 1), 7), side - 1);
        Assert.False(Cholesky.TryFactor(Small.Square(matrix, side), [.. Enumerable.Repeat(1e-10, side)], Workers));
        matrix[^1] -= 1;
        Assert.False(Cholesky.TryFactor(Small.Square(matrix, side), new double[side], Workers));
    }
}
