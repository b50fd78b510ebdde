using Retrieval.Host.Backends.Cuda.Parameters;

namespace Retrieval.Host.Backends.Cuda;

internal sealed unsafe partial class CudaBackend
{
    private const string WgemPoolModule = "wgem_pool", WgemMaskModule = "wgem_mask", RegionMaxModule = "region_max";
    private const int MaskThreads = 256;

    public void WeightedPool(Tensor x, PoolRegions? regions, Tensor weights, Tensor p, float epsilon, Tensor y)
    {
        var cut = RegionPoolingOf(x, regions, x.Address);
        Launch(WgemPoolModule, "wgem_pool_forward", cut.Variant, cut.Shape, new WeightedForward(x.Address, weights.Address, TableOf(regions), p.Address, y.Address, epsilon,
            p.Count == 1 ? 1 : 0, CountOf(regions), x.Shape[0], x.Shape[1], x.Shape[2], x.Shape[3], cut.Lanes));
    }

    public void WeightedPoolBackward(Tensor x, PoolRegions? regions, Tensor weights, Tensor y, Tensor dy, Tensor p, float epsilon, Tensor dx, Tensor shares, Tensor dp)
    {
        var cut = PoolingOf(x, x.Address, y.Address, dy.Address, dx.Address);
        if (cut.Shape.Blocks == 0)
            return;
        var isShared = p.Count == 1;
        int images = x.Shape[0], tiles = checked((int)(cut.Shape.Blocks / images)), shareRows = isShared ? checked((int)cut.Shape.Blocks) : images;
        var maskShares = shares.IsNone ? Tensor.None : x.Device.Rent(new Shape(tiles, checked((int)shares.Count)), purpose: MemoryPurpose.Workspace);
        var exponentShares = dp.IsNone ? Tensor.None : RentWorkspace(x.Device, shareRows * p.Count * sizeof(float));
        Launch(WgemPoolModule, "wgem_pool_backward", cut.Variant, cut.Shape, new WeightedBackward(x.Address, weights.Address, TableOf(regions), y.Address, dy.Address, p.Address, dx.Address,
            maskShares.Address, exponentShares.Address, epsilon, isShared ? 1 : 0, CountOf(regions), images, x.Shape[1], x.Shape[2], x.Shape[3], cut.Lanes));
        if (!shares.IsNone)
            ColumnSum(maskShares, shares.Reshape(new Shape((int)shares.Count)), accumulate: false);
        if (!dp.IsNone)
            AddExponentShares(exponentShares, shareRows, dp);
        x.Device.Return(exponentShares);
        x.Device.Return(maskShares);
    }

    public void MaskTaps(Tensor x, Tensor w, Tensor taps)
    {
        const int positionsOfABlock = MaskThreads / 32 * 4;
        var variant = Vectorised(x.Type, x.Shape[3], x.Address, w.Address);
        var shape = new LaunchShape((x.Shape.Rows + positionsOfABlock - 1) / positionsOfABlock, MaskThreads);
        Launch(WgemMaskModule, "wgem_mask_taps", variant, shape, new MaskTaps(x.Address, w.Address, taps.Address, x.Shape.Rows, x.Shape[3]));
    }

    public void MaskTapsBackward(Tensor x, Tensor w, Tensor dTaps, Tensor dx, Tensor dw)
    {
        var variant = Vectorised(x.Type, x.Shape[3], x.Address, w.Address, dx.Address);
        var cut = new ColumnCut(variant, Width(variant), x.Shape, repeats: 1, _context.Facts.MultiprocessorCount);
        if (cut.Shape.Blocks == 0)
            return;
        var partials = x.Device.Rent(new Shape(cut.Chunks, (int)dw.Count), purpose: MemoryPurpose.Workspace);
        Launch(WgemMaskModule, "wgem_mask_taps_backward", variant, cut.Shape, new MaskTapsBackward(x.Address, w.Address, dTaps.Address, dx.Address, partials.Address,
            cut.Rows, cut.ChunkRows, cut.Columns, cut.Width));
        ColumnSum(partials, dw.Reshape(new Shape((int)dw.Count)), accumulate: true);
        x.Device.Return(partials);
    }

    public void MaskSoftmax(Tensor taps, PoolRegions? regions, bool own, Tensor weights) =>
        Launch(WgemMaskModule, "wgem_mask_softmax", KernelVariant.None, new LaunchShape((long)weights.Shape[0] * weights.Shape[1], MaskThreads), new MaskSoftmax(taps.Address,
            TableOf(regions), weights.Address, own ? 1 : 0, CountOf(regions), taps.Shape[0], taps.Shape[1], taps.Shape[2]));

    public void MaskSoftmaxBackward(Tensor weights, Tensor shares, PoolRegions? regions, bool own, Tensor dTaps)
    {
        Launch(WgemMaskModule, "wgem_mask_softmax_backward", KernelVariant.None, new LaunchShape((long)weights.Shape[0] * weights.Shape[1], MaskThreads),
            new MaskSoftmaxBackward(weights.Address, shares.Address, checked(weights.Shape[2] * weights.Shape[3])));
        Launch(WgemMaskModule, "wgem_mask_spread", KernelVariant.None, new LaunchShape((dTaps.Count + MaskThreads - 1) / MaskThreads, MaskThreads),
            new MaskSpread(shares.Address, TableOf(regions), dTaps.Address, own ? 1 : 0, CountOf(regions), dTaps.Shape[0], dTaps.Shape[1], dTaps.Shape[2]));
    }

    public void RegionMaxPool(Tensor x, PoolRegions regions, Tensor y, Tensor argmax)
    {
        var cut = RegionPoolingOf(x, regions, x.Address);
        Launch(RegionMaxModule, "region_max_forward", cut.Variant, cut.Shape, new RegionMaxForward(x.Address, TableOf(regions), y.Address, argmax.Address, regions.Count,
            x.Shape[0], x.Shape[1], x.Shape[2], x.Shape[3], cut.Lanes));
    }

    public void RegionMaxPoolBackward(Tensor dy, Tensor argmax, PoolRegions regions, Tensor dx)
    {
        var cut = PoolingOf(dx, dx.Address, dy.Address, argmax.Address);
        Launch(RegionMaxModule, "region_max_backward", cut.Variant, cut.Shape, new RegionMaxBackward(dy.Address, argmax.Address, dx.Address, regions.Count, dx.Shape[0],
            cut.Positions, cut.Channels, cut.Lanes));
    }

    public void CrowWeights(Tensor x, Tensor weights, Tensor channelWeights) =>
        Launch("crow", "crow_weights", x.Type == ElementType.Float32 ? KernelVariant.F32 : KernelVariant.Bf16, new LaunchShape(x.Shape[0], 512),
            new CrowWeights(x.Address, weights.Address, channelWeights.Address, checked(x.Shape[1] * x.Shape[2]), x.Shape[3]));

    private static nint TableOf(PoolRegions? regions) => regions?.Table.Address ?? 0;

    private static int CountOf(PoolRegions? regions) => regions?.Count ?? 1;

    /// <summary>How the regions of a map are pooled: blocks that suit the largest.</summary>
    private static PoolCut RegionPoolingOf(Tensor map, PoolRegions? regions, nint address)
    {
        var variant = Vectorised(map.Type, map.Shape[3], address);
        var positions = regions is null ? checked(map.Shape[1] * map.Shape[2]) : 0;
        for (var r = 0; r < regions?.Count; r++)
            positions = Math.Max(positions, regions[r].Height * regions[r].Width);
        return new PoolCut(variant, Width(variant), checked(map.Shape[0] * CountOf(regions)), positions, map.Shape[3]);
    }
}
