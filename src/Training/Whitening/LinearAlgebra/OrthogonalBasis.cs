namespace Retrieval.Training.Whitening.LinearAlgebra;

/// <summary>Multiplies a reduction's reflectors together, a block at a time in the compact form H_a ... H_b = I - V T V^T (Schreiber, Van Loan 1989).</summary>
internal static class OrthogonalBasis
{
    private const int BlockReflectors = 64;

    /// <summary>
    /// Q^T = H_(n-3) ... H_0 as a row-major matrix, from rows v_j of <paramref name="reflectors"/> right of its diagonal;
    /// what lies elsewhere in that matrix is overwritten.
    /// </summary>
    public static Matrix FormTransposed(Matrix reflectors, ReadOnlySpan<double> factors, Workers workers)
    {
        var result = Matrix.Zero(reflectors.Rows, reflectors.Columns);
        for (var i = 0; i < result.Rows; i++)
            result[i, i] = 1;
        // The last block first: the product so far differs from the identity only below and right of its first reflector.
        for (var end = factors.Length; end > 0;)
        {
            var count = ((end - 1) % BlockReflectors) + 1;
            end -= count;
            Apply(result, reflectors, factors.Slice(end, count), end, workers);
        }
        return result;
    }

    /// <summary>G -= (G V) T^T V^T on rows and columns first + 1 and on of <paramref name="product"/>.</summary>
    private static void Apply(Matrix product, Matrix reflectors, ReadOnlySpan<double> factors, int first, Workers workers)
    {
        int count = factors.Length, rest = product.Rows - first - 1;
        var v = reflectors.Block(first, first + 1, count, rest);
        for (var k = 1; k < count; k++)
            v.Row(k)[..k].Clear();
        var triangle = Triangle(v, factors, workers);
        Matrix along = Matrix.Zero(rest, count), scaled = Matrix.Zero(rest, count), target = product.Block(first + 1, first + 1, rest, rest);
        MatrixProduct.Add(along, 1, target, v.Transposed, workers);
        MatrixProduct.Add(scaled, 1, along, triangle.Transposed, workers);
        MatrixProduct.Add(target, -1, scaled, v, workers);
    }

    /// <summary>The upper triangular T: column k is -tau_k T (V^T v_k) above tau_k.</summary>
    private static Matrix Triangle(Matrix v, ReadOnlySpan<double> factors, Workers workers)
    {
        Matrix inner = Matrix.Zero(v.Rows, v.Rows), triangle = Matrix.Zero(v.Rows, v.Rows);
        MatrixProduct.AddSymmetric(inner, 1, v, v.Transposed, workers);
        for (var k = 0; k < v.Rows; k++)
        {
            triangle[k, k] = factors[k];
            for (var i = 0; i < k; i++)
            {
                var sum = 0.0;
                for (var j = i; j < k; j++)
                    sum += triangle[i, j] * inner[j, k];
                triangle[i, k] = -factors[k] * sum;
            }
        }
        return triangle;
    }
}
