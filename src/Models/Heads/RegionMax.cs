using Retrieval.Host;

namespace Retrieval.Models.Heads;

/// <summary>The maxima of each region.</summary>
internal sealed class RegionMax : IRegionPooling
{
    public Tensor Forward(Tensor map, PoolRegions regions, Pass pass)
    {
        var y = pass.Device.Rent(new Shape(regions.Count * map.Shape[0], map.Shape[3]));
        var argmax = pass.Keeps ? pass.Device.Rent(y.Shape, ElementType.Int32) : Tensor.None;
        pass.Operators.RegionMaxPool(map, regions, y, argmax);
        pass.Save(map);
        pass.Save(argmax);
        pass.Release(argmax);
        return y;
    }

    public Tensor Backward(Tensor dy, PoolRegions regions, Pass pass)
    {
        Tensor argmax = pass.Restore(), map = pass.Restore();
        var dMap = pass.Device.RentMap(map.Shape);
        pass.Operators.RegionMaxPoolBackward(dy, argmax, regions, dMap);
        return dMap;
    }
}
