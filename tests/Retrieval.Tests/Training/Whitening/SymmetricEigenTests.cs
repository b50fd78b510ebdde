using Retrieval.Training.Whitening.LinearAlgebra;
using Xunit;

namespace Retrieval.Tests.Training.Whitening;

public class SymmetricEigenTests
{
    private static readonly Workers Workers = new(2);

    /// <summary>Name, side and eigenvalues of matrices that are turned by a random orthogonal basis.</summary>
    public static TheoryData<string, int> Spectra()
    {
        var data = new TheoryData<string, int>();
        foreach (var name in new[] { "distinct", "repeated", "rank one", "zero", "graded", "mixed signs", "huge", "tiny" })
            foreach (var side in new[] { 1, 2, 3, 31, 64, 200 })
                data.Add(name, side);
        return data;
    }

    [Theory]
    [MemberData(nameof(Spectra))]
    public void Finds_a_given_spectrum(string name, int side)
    {
        var expected = Enumerable.Range(0, side).Select(i => Value(name, i, side)).ToArray();
        var basis = SymmetricEigen.Decompose(Small.Square(Small.Gram(Small.Normal(side * side, side), side), side), Workers).Vectors.Data;
        var scaled = basis.Select((value, i) => value * expected[i / side]).ToArray();
        var matrix = Small.Product(Small.Transpose(basis, side), scaled, side);
        Check(matrix, side, expected.OrderDescending().ToArray());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(31)]
    [InlineData(130)]
    public void Orders_a_diagonal_matrix(int side)
    {
        var matrix = new double[side * side];
        for (var i = 0; i < side; i++)
            matrix[i * (side + 1)] = (i * 7 % side) - 3;
        Check(matrix, side, [.. Enumerable.Range(0, side).Select(i => (double)((i * 7 % side) - 3)).OrderDescending()]);
    }

    /// <summary>The second difference matrix: 2 - 2 cos(k pi / (n + 1)).</summary>
    [Theory]
    [InlineData(5)]
    [InlineData(100)]
    public void Finds_a_spectrum_known_in_closed_form(int side)
    {
        var matrix = new double[side * side];
        for (var i = 0; i < side; i++)
        {
            matrix[i * (side + 1)] = 2;
            if (i + 1 < side)
                matrix[(i * side) + i + 1] = matrix[((i + 1) * side) + i] = -1;
        }
        Check(matrix, side, [.. Enumerable.Range(1, side).Select(k => 2 - (2 * Math.Cos(Math.PI * k / (side + 1)))).OrderDescending()]);
    }

    [Fact]
    public void Values_alone_are_the_same_values()
    {
        const int side = 77;
        var matrix = Small.Gram(Small.Normal(side * 50, 3), 50);
        Assert.Equal(SymmetricEigen.Decompose(Small.Square(matrix, side), Workers).Values, SymmetricEigen.ValuesOnly(Small.Square(matrix, side), Workers));
    }

    [Fact]
    public void Does_not_depend_on_the_number_of_threads()
    {
        const int side = 300;
        var matrix = Small.Gram(Small.Normal(side * 40, 4), 40);
        SymmetricEigen one = SymmetricEigen.Decompose(Small.Square(matrix, side), new Workers(1)), three = SymmetricEigen.Decompose(Small.Square(matrix, side), new Workers(3));
        Assert.Equal(one.Values, three.Values);
        Assert.Equal(one.Vectors.Data, three.Vectors.Data);
    }

    [Fact]
    public void Accepts_an_empty_matrix() => Assert.Empty(SymmetricEigen.Decompose(Matrix.Zero(0, 0), Workers).Values);

    private static double Value(string name, int i, int side) => name switch
    {
        "distinct" => 1 + i,
        "repeated" => 1 + (i % 3),
        "rank one" => i == 0 ? 5 : 0,
        "zero" => 0,
        "graded" => Math.Pow(10, -12.0 * i / side),
        "mixed signs" => (i % 2 == 0 ? 1 : -1) * (i + 0.5),
        "huge" => 1e200 * (1 + i),
        _ => 1e-200 * (1 + i),
    };

    /// <summary>Eigenvalues, residual of A = V^T diag V and orthogonality, all relative to the largest eigenvalue.</summary>
    private static void Check(double[] matrix, int side, double[] expected)
    {
        var (values, vectors) = SymmetricEigen.Decompose(Small.Square(matrix, side), Workers);
        double scale = Math.Max(matrix.Max(Math.Abs), expected.Max(Math.Abs)), tolerance = 1e-14 * side;
        scale = scale == 0 ? 1 : scale;
        Assert.True(Small.Distance(values, i => expected[i]) / scale < tolerance, "eigenvalues");
        Assert.True(Small.DistanceFromIdentity(Small.Gram(vectors.Data, side), side) < tolerance, "orthogonality");
        var rebuilt = Small.Product(Small.Transpose(vectors.Data, side), vectors.Data.Select((value, i) => value * values[i / side]).ToArray(), side);
        Assert.True(Small.Distance(rebuilt, i => matrix[i]) / scale < tolerance, "residual");
    }
}
