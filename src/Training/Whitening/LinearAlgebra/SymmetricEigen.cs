namespace Retrieval.Training.Whitening.LinearAlgebra;

/// <summary>Eigenvalues by falling size and eigenvectors, one a row, of a symmetric matrix: A = sum over i of Values[i] v_i v_i^T.</summary>
internal sealed record SymmetricEigen(double[] Values, Matrix Vectors)
{
    /// <summary>Decomposes a finite row-major matrix [n, n], of which the upper triangle is read and which is destroyed.</summary>
    public static SymmetricEigen Decompose(Matrix a, Workers workers)
    {
        var scale = ScaleToUnit(a);
        var reduction = Tridiagonalisation.Reduce(a, workers);
        var vectors = OrthogonalBasis.FormTransposed(a, reduction.Factors, workers);
        TridiagonalQr.Diagonalise(reduction.Diagonal, reduction.OffDiagonal, new RotationSweeps(vectors, workers));
        var values = Array.ConvertAll(reduction.Diagonal, value => value / scale);
        var order = Enumerable.Range(0, values.Length).OrderByDescending(i => values[i]).ToArray();
        var sorted = Matrix.Zero(vectors.Rows, vectors.Columns);
        workers.For(order.Length, i => vectors.Row(order[i]).CopyTo(sorted.Row(i)));
        return new SymmetricEigen([.. order.Select(i => values[i])], sorted);
    }

    /// <summary>The eigenvalues alone, by falling size; reads and destroys as <see cref="Decompose"/> does.</summary>
    public static double[] ValuesOnly(Matrix a, Workers workers)
    {
        var scale = ScaleToUnit(a);
        var reduction = Tridiagonalisation.Reduce(a, workers);
        TridiagonalQr.Diagonalise(reduction.Diagonal, reduction.OffDiagonal, new RotationSweeps(Matrix.Zero(a.Rows, 0), workers));
        return [.. reduction.Diagonal.Select(value => value / scale).OrderDescending()];
    }

    /// <summary>Multiplies by the power of two that brings the largest entry near 1, so that squares neither overflow nor vanish.</summary>
    private static double ScaleToUnit(Matrix a)
    {
        var largest = 0.0;
        for (var i = 0; i < a.Rows; i++)
            foreach (var value in a.Row(i, i))
                largest = Math.Max(largest, Math.Abs(value));
        if (largest == 0)
            return 1;
        var scale = Math.ScaleB(1, Math.Clamp(-Math.ILogB(largest), -1000, 1000));
        for (var i = 0; i < a.Rows; i++)
            VectorOperations.Scale(a.Row(i, i), scale);
        return scale;
    }
}
