namespace Retrieval.Training.Whitening.LinearAlgebra;

/// <summary>The Cholesky factorisation A = R^T R with R upper triangular, by halves, so that nearly all of it is matrix products.</summary>
internal static class Cholesky
{
    private const int BlockSide = 64;

    /// <summary>
    /// Overwrites the upper triangle of a symmetric matrix, of which only that triangle is read, with R. What is below the diagonal
    /// is undefined afterwards.
    /// </summary>
    /// <returns>False where a pivot is not above its entry of <paramref name="smallestPivots"/>: the matrix is not safely positive definite.</returns>
    public static bool TryFactor(Matrix a, ReadOnlySpan<double> smallestPivots, Workers workers)
    {
        if (a.Rows <= BlockSide)
            return TryFactorBlock(a, smallestPivots);
        int first = Half(a.Rows), second = a.Rows - first;
        Matrix top = a.Block(0, 0, first, first), right = a.Block(0, first, first, second), bottom = a.Block(first, first, second, second);
        if (!TryFactor(top, smallestPivots[..first], workers))
            return false;
        SolveTransposed(top, right, workers);
        MatrixProduct.AddSymmetric(bottom, -1, right.Transposed, right, workers);
        return TryFactor(bottom, smallestPivots[first..], workers);
    }

    /// <summary>Overwrites B [n, m] with the solution X of R^T X = B.</summary>
    public static void SolveTransposed(Matrix r, Matrix b, Workers workers)
    {
        if (r.Rows <= BlockSide)
        {
            SolveBlock(r, b, workers);
            return;
        }
        int first = Half(r.Rows), second = r.Rows - first;
        Matrix top = b.Block(0, 0, first, b.Columns), bottom = b.Block(first, 0, second, b.Columns);
        SolveTransposed(r.Block(0, 0, first, first), top, workers);
        MatrixProduct.Add(bottom, -1, r.Block(0, first, first, second).Transposed, top, workers);
        SolveTransposed(r.Block(first, first, second, second), bottom, workers);
    }

    /// <summary>Writes the lower triangular inverse of R^T into <paramref name="inverse"/> [n, n], which is zero before.</summary>
    public static void InvertTransposed(Matrix r, Matrix inverse, Workers workers)
    {
        if (r.Rows <= BlockSide)
        {
            for (var i = 0; i < r.Rows; i++)
                inverse[i, i] = 1;
            SolveBlock(r, inverse, workers);
            return;
        }
        int first = Half(r.Rows), second = r.Rows - first;
        Matrix top = inverse.Block(0, 0, first, first), left = inverse.Block(first, 0, second, first), last = r.Block(first, first, second, second);
        InvertTransposed(r.Block(0, 0, first, first), top, workers);
        MatrixProduct.Add(left, -1, r.Block(0, first, first, second).Transposed, top, workers);
        SolveTransposed(last, left, workers);
        InvertTransposed(last, inverse.Block(first, first, second, second), workers);
    }

    /// <summary>Where to cut: whole blocks first, so that only the very last one is ragged.</summary>
    private static int Half(int rows) => ((rows / 2) + BlockSide - 1) / BlockSide * BlockSide;

    private static bool TryFactorBlock(Matrix a, ReadOnlySpan<double> smallestPivots)
    {
        for (var k = 0; k < a.Rows; k++)
        {
            var row = a.Row(k, k);
            if (!(row[0] > smallestPivots[k]))
                return false;
            VectorOperations.Scale(row, 1 / Math.Sqrt(row[0]));
            for (var i = 1; i < row.Length; i++)
                VectorOperations.AddScaled(a.Row(k + i, k + i), -row[i], row[i..]);
        }
        return true;
    }

    private static void SolveBlock(Matrix r, Matrix b, Workers workers)
    {
        const int stripe = 256;
        workers.For((b.Columns + stripe - 1) / stripe, index =>
        {
            var columns = b.Block(0, index * stripe, b.Rows, Math.Min(stripe, b.Columns - (index * stripe)));
            for (var i = 0; i < columns.Rows; i++)
            {
                var row = columns.Row(i);
                for (var k = 0; k < i; k++)
                    VectorOperations.AddScaled(row, -r[k, i], columns.Row(k));
                VectorOperations.Scale(row, 1 / r[i, i]);
            }
        });
    }
}
