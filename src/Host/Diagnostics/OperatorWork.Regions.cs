namespace Retrieval.Host.Diagnostics;

/// <summary>Pooling of regions and under masks.</summary>
internal static partial class OperatorWork
{
    /// <summary>As <see cref="Pool"/>, a few operations for each element of each region; the map counts once.</summary>
    public static Work RegionPool(Tensor map, PoolRegions? regions, int perElement, params ReadOnlySpan<Tensor> others) =>
        new(Bytes(map) + Bytes(others), Positions(map, regions) * map.Shape[0] * map.Shape[3] * perElement);

    /// <summary>Clamp, two powers, two products, the map's sum (6); with the mask's gradient product and sum (2), with the exponent's logarithm, product and sum (3).</summary>
    public static Work WeightedPoolBackward(Tensor x, PoolRegions? regions, Tensor weights, Tensor y, Tensor dy, Tensor p, Tensor dx, Tensor shares, Tensor dp) =>
        RegionPool(x, regions, 6 + (2 * One(shares)) + (3 * One(dp)), weights, y, dy, p, dx, shares) + new Work(Updated(dp));

    /// <summary>Nine products and sums for each element.</summary>
    public static Work MaskTaps(Tensor x, Tensor w, Tensor taps) => Pool(x, 18, w, taps);

    /// <summary>As many for the map's gradient, which is added to, and for that of the weights.</summary>
    public static Work MaskTapsBackward(Tensor x, Tensor w, Tensor dTaps, Tensor dx, Tensor dw) => Pool(x, 36, w, dTaps) + new Work(Updated(dx, dw));

    /// <summary>Nine taps (9), maximum, exponential, sum and division (5).</summary>
    public static Work MaskSoftmax(Tensor taps, Tensor weights, params ReadOnlySpan<Tensor> others) => new(Bytes(taps, weights) + Bytes(others), weights.Count * 14);

    private static long Positions(Tensor map, PoolRegions? regions)
    {
        if (regions is null)
            return (long)map.Shape[1] * map.Shape[2];
        var sum = 0L;
        for (var r = 0; r < regions.Count; r++)
            sum += (long)regions[r].Height * regions[r].Width;
        return sum;
    }
}
