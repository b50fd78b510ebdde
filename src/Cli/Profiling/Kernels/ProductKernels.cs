using Retrieval.Host;
using Retrieval.Host.Diagnostics;

namespace Retrieval.Cli.Profiling.Kernels;

/// <summary>Dense products, and the search that is made of them.</summary>
internal static class ProductKernels
{
    private const int K = 10;

    public static IEnumerable<KernelCase> Cases(KernelSizes sizes)
    {
        var side = sizes.Of(4096, 32);
        // Below the size from which a library is asked.
        yield return Product("matrix_product", sizes.Of(32, 4), sizes.Of(512, 16), sizes.Of(100, 8));
        yield return Product(KernelCase.Product, side, side, side);
        yield return Product(KernelCase.Product, sizes.Of(32, 4), sizes.Of(2048, 16), sizes.Of(200_000, 64));
        yield return Scatter(sizes.Of(4096, 8), sizes.Of(2048, 16), ElementType.Float32);
        yield return Scatter(sizes.Of(4096, 8), sizes.Of(2048, 16), ElementType.Float64);
        foreach (var queries in (int[])[1, sizes.Of(256, 4)])
        {
            yield return Search(queries, sizes.Of(1_000_000, 500), sizes.Of(128, 8));
            yield return Search(queries, sizes.Of(100_000, 200), sizes.Of(2048, 16));
        }
    }

    /// <summary>A [rows, depth] by the transpose of B [columns, depth], as descriptors are compared.</summary>
    private static KernelCase Product(string kernel, int rows, int depth, int columns)
    {
        Shape left = new(rows, depth), right = new(columns, depth), product = new(rows, columns);
        var work = new Work(sizeof(float) * (left.Count + right.Count + product.Count), 2L * rows * depth * columns);
        return new KernelCase(kernel, ElementType.Float32, new Shape(rows, depth, columns), work, tensors =>
        {
            Tensor a = tensors.Random(left), b = tensors.Random(right), c = tensors.Empty(product);
            return () => tensors.Operators.MatrixProduct(a, b, c, transposeB: true);
        });
    }

    /// <summary>X^T X of descriptors X [rows, dimension], as whitenings are learnt from it.</summary>
    private static KernelCase Scatter(int rows, int dimension, ElementType type)
    {
        Shape descriptors = new(rows, dimension), product = new(dimension, dimension);
        var work = new Work(type.ByteSize() * (descriptors.Count + product.Count), 2L * rows * product.Count);
        return new KernelCase($"{KernelCase.Product} transposed", type, descriptors, work, tensors =>
        {
            Tensor x = type == ElementType.Float64 ? tensors.Doubles(descriptors) : tensors.Random(descriptors), c = tensors.Empty(product, type);
            return () => tensors.Operators.MatrixProduct(x, x, c, transposeA: true);
        });
    }

    private static KernelCase Search(int queryCount, int rowCount, int dimension)
    {
        Shape database = new(rowCount, dimension), queries = new(queryCount, dimension), results = new(queryCount, K);
        var work = new Work(sizeof(float) * database.Count, 2 * queryCount * database.Count);
        return new KernelCase("top_k", ElementType.Float32, new Shape(queryCount, rowCount, dimension), work, tensors =>
        {
            Tensor q = tensors.Random(queries), x = tensors.Random(database), scores = tensors.Empty(results), rows = tensors.Empty(results, ElementType.Int64);
            return () => tensors.Operators.TopK(q, x, Tensor.None, SearchMetric.InnerProduct, scores, rows);
        });
    }
}
