using Retrieval.Host.Backends.Cuda.Parameters;
using Retrieval.Host.Backends.Cuda.Products;

namespace Retrieval.Host.Backends.Cuda;

internal sealed unsafe partial class CudaBackend
{
    private const string MatrixProductModule = "matrix_product";

    // The tiles of matrix_product.cu: as many columns in both.
    private const int TileColumns = 128, WideRows = 128, WideThreads = 256, SlimRows = 32, SlimThreads = 128;

    /// <summary>Up to as many rows the slim tile wastes less than the wide one.</summary>
    private const int MostSlimRows = 64;

    /// <summary>A part of a cut depth is no shorter: below it, adding the parts costs more than it gains.</summary>
    private const int ShortestPart = 256;

    /// <summary>A depth is cut until there are about as many blocks. Fixed, so that results do not depend on the device.</summary>
    private const int WantedBlocks = 256;

    /// <summary>From as many multiplications on a product is the library's where there is one: below, its launch costs as much as ours.</summary>
    private const long LibraryProductCount = 1L << 21;

    public void MatrixProduct(Tensor a, Tensor b, Tensor c, bool transposeA, bool transposeB, bool accumulate) =>
        Multiply(a, b, Tensor.None, c, transposeA, transposeB, accumulate);

    public void Linear(Tensor x, Tensor w, Tensor bias, Tensor y) => Multiply(x, w, bias, y, false, true, false);

    private void Multiply(Tensor a, Tensor b, Tensor bias, Tensor c, bool transposeA, bool transposeB, bool accumulate)
    {
        int rows = c.Shape[0], columns = c.Shape[1], depth = a.Shape[transposeA ? 0 : 1];
        if (MultiplyByLibrary(a, b, bias, c, depth, transposeA, transposeB, accumulate))
            return;
        var whole = new MatrixProduct(a.Address, b.Address, bias.Address, c.Address, columns, 0, rows, columns, depth, depth,
            transposeA ? 1 : 0, transposeB ? 1 : 0, accumulate ? 1 : 0);
        var parts = (int)Math.Min(depth / ShortestPart, WantedBlocks / Math.Max(1, TileCount(rows, columns)));
        if (parts < 2)
        {
            LaunchProduct(whole, 1);
            return;
        }
        // Whole 16-byte loads in each part.
        var partDepth = (((depth + parts - 1) / parts) + 15) / 16 * 16;
        parts = (depth + partDepth - 1) / partDepth;
        var sums = RentWorkspace(c.Device, c.ByteCount * parts);
        LaunchProduct(whole with { C = sums.Address, Bias = 0, Accumulate = 0, PartDepth = partDepth, PartStride = c.Count }, parts);
        Launch(MatrixProductModule, "matrix_product_join", KernelVariant.None, GridOver(c.Count),
            new MatrixProductJoin(sums.Address, bias.Address, c.Address, c.Count, parts, columns, whole.Accumulate));
        c.Device.Return(sums);
    }

    /// <returns>False where our own kernel is to compute the product.</returns>
    private bool MultiplyByLibrary(Tensor a, Tensor b, Tensor bias, Tensor c, int depth, bool transposeA, bool transposeB, bool accumulate)
    {
        var isDouble = c.Type == ElementType.Float64;
        var count = c.Count * depth;
        if (isDouble && count == 0)
        {
            if (!accumulate && c.Count > 0)
                Zero(c);
            return true;
        }
        if ((!isDouble && count < LibraryProductCount) || Products() is not { } products)
            return isDouble ? throw new DeviceException($"MatrixProduct in Float64 on {_name} needs cuBLASLt, which was not found: see retrieval doctor, or use --device cpu") : false;
        // Of all three together: the lowest bit that is set in any address.
        var addresses = (long)(a.Address | b.Address | c.Address);
        var problem = new ProductProblem(c.Type, c.Shape[0], c.Shape[1], depth, transposeA, transposeB, !bias.IsNone, (int)Math.Min(256, addresses & -addresses));
        lock (_context.Queue)
        {
            _context.Enter();
            var done = products.TryMultiply(problem, a.Address, b.Address, bias.Address, c, accumulate);
            if (isDouble && !done)
                throw new InvalidOperationException($"cuBLASLt on {_name} ({_context.Facts.Name}) has no algorithm for {problem}");
            if (done)
                AfterLibraryCall("cublasLtMatmul");
            return done;
        }
    }

    private void LaunchProduct(in MatrixProduct product, int parts)
    {
        var variant = VariantOf(product);
        var blocks = TileCount(product.Rows, product.Columns) * parts;
        if (product.Rows <= MostSlimRows)
            Launch(MatrixProductModule, "matrix_product_slim", variant, new LaunchShape(blocks, SlimThreads), product);
        else
            Launch(MatrixProductModule, "matrix_product_wide", variant, new LaunchShape(blocks, WideThreads), product);
    }

    private static long TileCount(int rows, int columns)
    {
        var tileRows = rows <= MostSlimRows ? SlimRows : WideRows;
        return (((long)rows + tileRows - 1) / tileRows) * (((long)columns + TileColumns - 1) / TileColumns);
    }

    /// <summary>16 bytes at a time where every line of A, B and C begins aligned.</summary>
    private static KernelVariant VariantOf(in MatrixProduct product)
    {
        long innerA = product.TransposeA != 0 ? product.Rows : product.Depth, innerB = product.TransposeB != 0 ? product.Depth : product.Columns;
        return Vectorised(ElementType.Float32, innerA | innerB | (long)product.Columns | product.CStride, product.A, product.B, product.C);
    }
}
