namespace Retrieval.Host.Backends.Cpu;

internal sealed unsafe partial class CpuBackend
{
    public void WeightedPool(Tensor x, PoolRegions? regions, Tensor weights, Tensor p, float epsilon, Tensor y)
    {
        var grid = new RegionGrid(x.Shape, regions);
        _team.For(grid.RegionPieces, new WeightedForward(grid, x, weights, p, epsilon, y));
    }

    public void WeightedPoolBackward(Tensor x, PoolRegions? regions, Tensor weights, Tensor y, Tensor dy, Tensor p, float epsilon, Tensor dx, Tensor shares, Tensor dp)
    {
        var grid = new RegionGrid(x.Shape, regions);
        long maskLength = shares.IsNone ? 0 : shares.Count, partLength = maskLength * grid.Blocks;
        var workspace = RentWorkspace(x.Device, partLength + (dp.IsNone ? 0 : y.Count));
        var values = workspace.Pointer<float>();
        float* maskShares = shares.IsNone ? null : values, exponentShares = dp.IsNone ? null : values + partLength;
        _team.For(grid.ImagePieces, new WeightedBackward(grid, x, weights, y, dy, p, epsilon, dx, maskShares, exponentShares));
        if (maskShares != null)
            ElementLoop<PartsKernel>.Run(_team, maskLength, new PartsKernel(maskShares, grid.Blocks, maskLength, shares.Pointer<float>()));
        if (exponentShares != null)
            AddExponentShares(exponentShares, y.Shape, dp);
        x.Device.Return(workspace);
    }

    public void MaskTaps(Tensor x, Tensor w, Tensor taps)
    {
        var runs = new RowRuns(x.Shape.Rows, x.Shape[3]);
        _team.For(runs.Count, new MaskTapsForward(runs, x.Pointer<float>(), w.Pointer<float>(), taps.Pointer<float>()));
    }

    public void MaskTapsBackward(Tensor x, Tensor w, Tensor dTaps, Tensor dx, Tensor dw) =>
        _team.For(Cpu.MaskTapsBackward.Pieces(x.Shape[3]), new MaskTapsBackward(x.Shape.Rows, x.Shape[3], x.Pointer<float>(), w.Pointer<float>(), dTaps.Pointer<float>(),
            dx.Pointer<float>(), dw.Pointer<float>()));

    public void MaskSoftmax(Tensor taps, PoolRegions? regions, bool own, Tensor weights)
    {
        var grid = new RegionGrid(taps.Shape, regions);
        _team.For(checked(grid.Count * grid.Images), new MaskSoftmaxForward(grid, own, taps.Pointer<float>(), weights.Pointer<float>()));
    }

    public void MaskSoftmaxBackward(Tensor weights, Tensor shares, PoolRegions? regions, bool own, Tensor dTaps)
    {
        var grid = new RegionGrid(dTaps.Shape, regions);
        _team.For(grid.Images, new MaskSoftmaxBackward(grid, own, weights.Pointer<float>(), shares.Pointer<float>(), dTaps.Pointer<float>()));
    }

    public void RegionMaxPool(Tensor x, PoolRegions regions, Tensor y, Tensor argmax)
    {
        var grid = new RegionGrid(x.Shape, regions);
        _team.For(grid.RegionPieces, new RegionMaxForward(grid, x.Pointer<float>(), y.Pointer<float>(), argmax.Pointer<int>()));
    }

    public void RegionMaxPoolBackward(Tensor dy, Tensor argmax, PoolRegions regions, Tensor dx)
    {
        var grid = new RegionGrid(dx.Shape, regions);
        _team.For(grid.ImagePieces, new RegionMaxBackward(grid, dy.Pointer<float>(), argmax.Pointer<int>(), dx.Pointer<float>()));
    }

    public void CrowWeights(Tensor x, Tensor weights, Tensor channelWeights)
    {
        var grid = new RegionGrid(x.Shape, null);
        _team.For(grid.Images, new CrowBody(grid, x.Pointer<float>(), weights.Pointer<float>(), channelWeights.Pointer<float>()));
    }
}
