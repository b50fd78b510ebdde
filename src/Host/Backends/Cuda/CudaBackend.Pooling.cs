using Retrieval.Host.Backends.Cuda.Parameters;

namespace Retrieval.Host.Backends.Cuda;

internal sealed unsafe partial class CudaBackend
{
    private const string SpocModule = "spoc_pool", MacModule = "mac_pool", GemModule = "gem_pool";

    public void SpocPool(Tensor x, Tensor y)
    {
        var cut = PoolingOf(x, x.Address);
        Launch(SpocModule, "spoc_pool_forward", cut.Variant, cut.Shape, new SpocForward(x.Address, y.Address, cut.Positions, cut.Channels, cut.Lanes));
    }

    public void SpocPoolBackward(Tensor dy, Tensor dx)
    {
        var cut = PoolingOf(dx, dx.Address, dy.Address);
        Launch(SpocModule, "spoc_pool_backward", cut.Variant, cut.Shape, new SpocBackward(dy.Address, dx.Address, cut.Positions, cut.Channels, cut.Lanes));
    }

    public void MacPool(Tensor x, Tensor y, Tensor argmax)
    {
        var cut = PoolingOf(x, x.Address);
        Launch(MacModule, "mac_pool_forward", cut.Variant, cut.Shape, new MacForward(x.Address, y.Address, argmax.Address, cut.Positions, cut.Channels, cut.Lanes));
    }

    public void MacPoolBackward(Tensor dy, Tensor argmax, Tensor dx)
    {
        var cut = PoolingOf(dx, dx.Address, dy.Address, argmax.Address);
        Launch(MacModule, "mac_pool_backward", cut.Variant, cut.Shape, new MacBackward(dy.Address, argmax.Address, dx.Address, cut.Positions, cut.Channels, cut.Lanes));
    }

    public void GemPool(Tensor x, Tensor p, float epsilon, Tensor y)
    {
        var cut = PoolingOf(x, x.Address);
        var shared = p.Count == 1 ? 1 : 0;
        Launch(GemModule, "gem_pool_forward", cut.Variant, cut.Shape, new GemForward(x.Address, p.Address, y.Address, epsilon, shared, cut.Positions, cut.Channels, cut.Lanes));
    }

    public void GemPoolBackward(Tensor x, Tensor y, Tensor dy, Tensor p, float epsilon, Tensor dx, Tensor dp)
    {
        var cut = PoolingOf(x, x.Address, y.Address, dy.Address, dx.Address);
        var isShared = p.Count == 1;
        var shareRows = isShared ? checked((int)cut.Shape.Blocks) : x.Shape[0];
        var shares = dp.IsNone ? Tensor.None : RentWorkspace(x.Device, shareRows * p.Count * sizeof(float));
        Launch(GemModule, "gem_pool_backward", cut.Variant, cut.Shape, new GemBackward(
            x.Address, y.Address, dy.Address, p.Address, dx.Address, shares.Address, epsilon, isShared ? 1 : 0, cut.Positions, cut.Channels, cut.Lanes));
        if (dp.IsNone)
            return;
        AddExponentShares(shares, shareRows, dp);
        x.Device.Return(shares);
    }

    /// <summary>dp += the column sums of shares [rows, count of p].</summary>
    private void AddExponentShares(Tensor shares, int rows, Tensor dp)
    {
        var cut = new PoolCut(KernelVariant.None, 1, 1, rows, (int)dp.Count);
        Launch(GemModule, "gem_pool_exponent", cut.Variant, cut.Shape, new GemExponent(shares.Address, dp.Address, cut.Positions, cut.Channels, cut.Lanes));
    }

    /// <summary>How a map [N, H, W, C] is pooled.</summary>
    /// <param name="map">The map.</param>
    /// <param name="addresses">The map and all else that is moved in packs.</param>
    private static PoolCut PoolingOf(Tensor map, params ReadOnlySpan<nint> addresses)
    {
        var variant = Vectorised(map.Type, map.Shape[3], addresses);
        return new PoolCut(variant, Width(variant), map.Shape[0], checked(map.Shape[1] * map.Shape[2]), map.Shape[3]);
    }
}
