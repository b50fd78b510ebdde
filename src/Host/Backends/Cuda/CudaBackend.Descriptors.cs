using System.Numerics;
using Retrieval.Host.Backends.Cuda.Parameters;

namespace Retrieval.Host.Backends.Cuda;

internal sealed unsafe partial class CudaBackend
{
    private const string L2Module = "l2_normalize", RowsModule = "gather_rows";

    public void L2Normalize(Tensor x, float epsilon, Tensor y, Tensor norms)
    {
        var variant = Vectorised(ElementType.Float32, x.Shape[1], x.Address, y.Address);
        var shape = RowsOf(x.Shape, variant, out var packs, out var lanes);
        Launch(L2Module, "l2_normalize_forward", variant, shape, new L2Forward(x.Address, y.Address, norms.Address, epsilon, x.Shape[0], packs, lanes));
    }

    public void L2NormalizeBackward(Tensor y, Tensor norms, Tensor dy, float epsilon, Tensor dx)
    {
        var variant = Vectorised(ElementType.Float32, y.Shape[1], y.Address, dy.Address, dx.Address);
        var shape = RowsOf(y.Shape, variant, out var packs, out var lanes);
        Launch(L2Module, "l2_normalize_backward", variant, shape, new L2Backward(y.Address, norms.Address, dy.Address, dx.Address, epsilon, y.Shape[0], packs, lanes));
    }

    public void GatherRows(Tensor x, Tensor rows, Tensor y)
    {
        var variant = Vectorised(ElementType.Float32, x.Shape[1], x.Address, y.Address);
        var packs = x.Shape[1] / Width(variant);
        Launch(RowsModule, "gather_rows", variant, GridOver((long)rows.Shape[0] * packs), new GatherRows(x.Address, rows.Address, y.Address, (nint)FaultWord, rows.Shape[0], x.Shape[0], packs));
    }

    public void ScatterAddRows(Tensor dy, Tensor rows, Tensor dx)
    {
        const int warp = 32;
        var variant = Vectorised(ElementType.Float32, dx.Shape[1], dy.Address, dx.Address);
        var packs = dx.Shape[1] / Width(variant);
        var chunks = (long)dx.Shape[0] * ((packs + warp - 1) / warp);
        Launch(RowsModule, "scatter_add_rows", variant, GridOver(chunks * warp), new ScatterAddRows(dy.Address, rows.Address, dx.Address, (nint)FaultWord, rows.Shape[0], dx.Shape[0], packs));
    }

    public void AggregateScales(Tensor x, float p, Tensor y)
    {
        var variant = Vectorised(ElementType.Float32, y.Count, x.Address, y.Address);
        Launch("aggregate_scales", "aggregate_scales", variant, GridOver(y.Count / Width(variant)), new AggregateScales(x.Address, y.Address, p, x.Shape[0], y.Count));
    }

    /// <summary>How the threads of rows.cuh share out a matrix: enough of them for a row to hold it at once, if there are as many.</summary>
    private static LaunchShape RowsOf(Shape matrix, KernelVariant variant, out int packs, out int lanes)
    {
        const int held = 4, mostLanes = 512, threads = 128;
        packs = matrix[1] / Width(variant);
        lanes = (int)Math.Clamp(BitOperations.RoundUpToPowerOf2(((uint)packs + held - 1) / held), 1, mostLanes);
        var rows = Math.Max(1, threads / lanes);
        return new LaunchShape(((long)matrix[0] + rows - 1) / rows, Math.Max(threads, lanes));
    }
}
