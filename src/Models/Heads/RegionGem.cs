using Retrieval.Host;

namespace Retrieval.Models.Heads;

/// <summary>The generalised mean of each region, under learnt masks where there is a mask layer.</summary>
/// <param name="exponent">p.</param>
/// <param name="mask">What makes the masks; null where all positions weigh the same.</param>
/// <param name="ownMasks">Whether each region's mask is made of its own activations alone.</param>
internal sealed class RegionGem(PoolExponent exponent, MaskLayer? mask, bool ownMasks) : IRegionPooling
{
    public Tensor Forward(Tensor map, PoolRegions regions, Pass pass)
    {
        var masks = mask?.Forward(map, regions, ownMasks, pass) ?? Tensor.None;
        var y = pass.Device.Rent(new Shape(regions.Count * map.Shape[0], map.Shape[3]));
        pass.Operators.WeightedPool(map, regions, masks, exponent.Parameter.Value, PoolingHead.GemEpsilon, y);
        pass.Save(map);
        pass.Save(masks);
        pass.Save(y);
        pass.Release(masks);
        return y;
    }

    public Tensor Backward(Tensor dy, PoolRegions regions, Pass pass)
    {
        Tensor y = pass.Restore(), masks = pass.Restore(), map = pass.Restore();
        var dMap = pass.Device.RentMap(map.Shape);
        var shares = mask is null ? Tensor.None : pass.Device.Rent(masks.Shape, purpose: MemoryPurpose.Workspace);
        pass.Operators.WeightedPoolBackward(map, regions, masks, y, dy, exponent.Parameter.Value, PoolingHead.GemEpsilon, dMap, shares, exponent.Parameter.Gradient);
        mask?.Backward(map, masks, shares, regions, ownMasks, dMap, pass);
        pass.Device.Return(shares);
        return dMap;
    }
}
