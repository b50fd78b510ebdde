namespace Retrieval.Host;

public sealed partial class Operators
{
    /// <summary>Weights of the 3 x 3 window that a mask is made with.</summary>
    public const int MaskTapCount = 9;

    /// <summary>
    /// Weighted generalised mean of each region (wGeM, ICIP 2018, eq. 2): y[r,n,c] = ( sum_i w[r,n,i] max(x[n,i,c], epsilon)^p_c )^(1/p_c) over the positions i of region r.
    /// Large powers stay finite, and what is 0 everywhere gives 0 with epsilon 0.
    /// </summary>
    /// <param name="x">[N, H, W, C], at least one position.</param>
    /// <param name="regions">R regions of the map; null for the whole map alone.</param>
    /// <param name="weights">[R, N, H, W], not negative; none for 1 / positions of the region. They need not sum to 1; those outside a region are not looked at, those below 2^-126 count as 0.</param>
    /// <param name="p">Exponent above 0: [1] shared, or [C] per channel.</param>
    /// <param name="epsilon">Lower clamp, 0 or above.</param>
    /// <param name="y">[R * N, C], row r N + n.</param>
    public void WeightedPool(Tensor x, PoolRegions? regions, Tensor weights, Tensor p, float epsilon, Tensor y)
    {
        RequireWeightedPool(nameof(WeightedPool), x, regions, weights, p, epsilon, y);
        _backend.WeightedPool(x, regions, weights, p, epsilon, y);
    }

    /// <summary>
    /// Backward of <see cref="WeightedPool"/> (eq. 3 to 6), with u = max(x, epsilon) / y: dx[n,i,c] = sum over the regions that hold i of dy w u^(p-1) where
    /// x &gt;= epsilon, else 0; dp += sum dy y / p sum_i w u^p log u. The mask's gradient comes multiplied by the mask, shares = w dL/dw = w sum_c dy y / p u^p, which stays
    /// finite where a weight goes to 0 and is what a softmax takes.
    /// </summary>
    /// <param name="x">Input of the forward pass.</param>
    /// <param name="regions">As in the forward pass.</param>
    /// <param name="weights">As in the forward pass.</param>
    /// <param name="y">Output of the forward pass [R * N, C].</param>
    /// <param name="dy">Gradient [R * N, C].</param>
    /// <param name="p">[1] or [C].</param>
    /// <param name="epsilon">Lower clamp of the forward pass.</param>
    /// <param name="dx">Receives the gradient, shape of x.</param>
    /// <param name="shares">Receives the mask's gradient [R, N, H, W], 0 outside a region; or none.</param>
    /// <param name="dp">Shape of p, added to; or none.</param>
    public void WeightedPoolBackward(Tensor x, PoolRegions? regions, Tensor weights, Tensor y, Tensor dy, Tensor p, float epsilon, Tensor dx, Tensor shares, Tensor dp)
    {
        const string op = nameof(WeightedPoolBackward);
        RequireWeightedPool(op, x, regions, weights, p, epsilon, y);
        Require.Shape(op, "dy", dy, y.Shape, _device);
        Require.Shape(op, "dx", dx, x.Shape, _device, x.Type);
        Require.Optional(op, "shares", shares, MaskShape(x, regions), _device);
        Require.Optional(op, "dp", dp, p.Shape, _device);
        _backend.WeightedPoolBackward(x, regions, weights, y, dy, p, epsilon, dx, shares, dp);
    }

    /// <summary>
    /// What each position gives to the nine outputs of a 3 x 3 convolution to one channel: taps[n,i,t] = sum_c x[n,i,c] w[t,c]. The convolution's output is the sum of
    /// nine of them, so one pass over the map serves the masks of any number of regions.
    /// </summary>
    /// <param name="x">[N, H, W, C].</param>
    /// <param name="w">[1, 3, 3, C].</param>
    /// <param name="taps">Receives [N, H, W, 9].</param>
    public void MaskTaps(Tensor x, Tensor w, Tensor taps)
    {
        RequireMaskTaps(nameof(MaskTaps), x, w, taps);
        _backend.MaskTaps(x, w, taps);
    }

    /// <summary>Backward of <see cref="MaskTaps"/>: dx[n,i,c] += sum_t dTaps[n,i,t] w[t,c]; dw[t,c] += sum over n, i of dTaps[n,i,t] x[n,i,c].</summary>
    public void MaskTapsBackward(Tensor x, Tensor w, Tensor dTaps, Tensor dx, Tensor dw)
    {
        const string op = nameof(MaskTapsBackward);
        RequireMaskTaps(op, x, w, dTaps);
        Require.Shape(op, "dx", dx, x.Shape, _device, x.Type);
        Require.Shape(op, "dw", dw, w.Shape, _device);
        _backend.MaskTapsBackward(x, w, dTaps, dx, dw);
    }

    /// <summary>
    /// The masks of regions: softmax over a region's positions of the convolution's outputs, which are the sums of <see cref="MaskTaps"/> over each window. A bias would change nothing.
    /// </summary>
    /// <param name="taps">[N, H, W, 9].</param>
    /// <param name="regions">R regions; null for the whole map alone.</param>
    /// <param name="own">Whether a region's windows end at its own border, as if it were a map by itself; otherwise at the map's, so that all regions are cut from one mask.</param>
    /// <param name="weights">Receives [R, N, H, W]; sums to 1 in each region, 0 outside.</param>
    public void MaskSoftmax(Tensor taps, PoolRegions? regions, bool own, Tensor weights)
    {
        RequireMaskSoftmax(nameof(MaskSoftmax), taps, regions, weights);
        _backend.MaskSoftmax(taps, regions, own, weights);
    }

    /// <summary>Backward of <see cref="MaskSoftmax"/>: from shares = w dL/dw the outputs' gradients are shares - w sum shares; dTaps is overwritten with what each tap has a part in.</summary>
    /// <param name="weights">Output of the forward pass [R, N, H, W].</param>
    /// <param name="shares">[R, N, H, W], from <see cref="WeightedPoolBackward"/>; used up.</param>
    /// <param name="regions">As in the forward pass.</param>
    /// <param name="own">As in the forward pass.</param>
    /// <param name="dTaps">Receives [N, H, W, 9].</param>
    public void MaskSoftmaxBackward(Tensor weights, Tensor shares, PoolRegions? regions, bool own, Tensor dTaps)
    {
        const string op = nameof(MaskSoftmaxBackward);
        RequireMaskSoftmax(op, dTaps, regions, weights);
        Require.Shape(op, "shares", shares, weights.Shape, _device);
        _backend.MaskSoftmaxBackward(weights, shares, regions, own, dTaps);
    }

    /// <summary>MAC of each region: y[r,n,c] = max over the region's positions; argmax receives the first winner's position h W + w in the map.</summary>
    /// <param name="x">[N, H, W, C].</param>
    /// <param name="regions">R regions.</param>
    /// <param name="y">[R * N, C], row r N + n.</param>
    /// <param name="argmax">Int32 [R * N, C], or none.</param>
    public void RegionMaxPool(Tensor x, PoolRegions regions, Tensor y, Tensor argmax)
    {
        const string op = nameof(RegionMaxPool);
        RequireRegions(op, x, regions);
        Require.Shape(op, "y", y, new Shape(regions.Count * x.Shape[0], x.Shape[3]), _device);
        Require.Optional(op, "argmax", argmax, y.Shape, _device, ElementType.Int32);
        _backend.RegionMaxPool(x, regions, y, argmax);
    }

    /// <summary>Adds up each position's gradients from the regions that it has won; dx is overwritten.</summary>
    public void RegionMaxPoolBackward(Tensor dy, Tensor argmax, PoolRegions regions, Tensor dx)
    {
        const string op = nameof(RegionMaxPoolBackward);
        RequireRegions(op, dx, regions);
        Require.Shape(op, "dy", dy, new Shape(regions.Count * dx.Shape[0], dx.Shape[3]), _device);
        Require.Shape(op, "argmax", argmax, dy.Shape, _device, ElementType.Int32);
        _backend.RegionMaxPoolBackward(dy, argmax, regions, dx);
    }

    /// <summary>
    /// Cross-dimensional weights (CroW, 2016): of a position, the root of its sum over channels over the norm of all sums; of a channel, log( sum_k q_k / q_c ) with q the
    /// share of positions where it is not 0, and 0 for a channel that is 0 everywhere.
    /// </summary>
    /// <param name="x">[N, H, W, C]; a position whose sum is negative weighs 0.</param>
    /// <param name="weights">Receives the positions' weights [1, N, H, W].</param>
    /// <param name="channelWeights">Receives [N, C].</param>
    public void CrowWeights(Tensor x, Tensor weights, Tensor channelWeights)
    {
        const string op = nameof(CrowWeights);
        Require.Map(op, "x", x, _device);
        Require.Shape(op, "weights", weights, MaskShape(x, null), _device);
        Require.Shape(op, "channelWeights", channelWeights, new Shape(x.Shape[0], x.Shape[3]), _device);
        _backend.CrowWeights(x, weights, channelWeights);
    }

    private static Shape MaskShape(Tensor x, PoolRegions? regions) => new(regions?.Count ?? 1, x.Shape[0], x.Shape[1], x.Shape[2]);

    private void RequireRegions(string op, Tensor map, PoolRegions? regions, string name = "x")
    {
        Require.Map(op, name, map, _device);
        Require.That(map.Shape[1] > 0 && map.Shape[2] > 0, op, $"{name} has shape {map.Shape}, expected at least one position");
        Require.That(regions is null || (regions.Height == map.Shape[1] && regions.Width == map.Shape[2]), op,
            $"the regions are those of maps of {regions?.Height ?? 0} x {regions?.Width ?? 0}, {name} has shape {map.Shape}");
    }

    private void RequireWeightedPool(string op, Tensor x, PoolRegions? regions, Tensor weights, Tensor p, float epsilon, Tensor y)
    {
        RequireRegions(op, x, regions);
        Require.That(epsilon >= 0, op, $"epsilon {epsilon} must not be below 0");
        Require.Optional(op, "weights", weights, MaskShape(x, regions), _device);
        Require.Tensor(op, "p", p, _device);
        Require.That(p.Shape == new Shape(1) || p.Shape == new Shape(x.Shape[3]), op, $"p has shape {p.Shape}, expected [1] or [{x.Shape[3]}]");
        Require.Shape(op, "y", y, new Shape((regions?.Count ?? 1) * x.Shape[0], x.Shape[3]), _device);
    }

    private void RequireMaskTaps(string op, Tensor x, Tensor w, Tensor taps)
    {
        Require.Map(op, "x", x, _device);
        Require.Shape(op, "w", w, new Shape(1, 3, 3, x.Shape[3]), _device);
        Require.Shape(op, "taps", taps, new Shape(x.Shape[0], x.Shape[1], x.Shape[2], MaskTapCount), _device);
    }

    private void RequireMaskSoftmax(string op, Tensor taps, PoolRegions? regions, Tensor weights)
    {
        RequireRegions(op, taps, regions, "taps");
        Require.Shape(op, "taps", taps, new Shape(taps.Shape[0], taps.Shape[1], taps.Shape[2], MaskTapCount), _device);
        Require.Shape(op, "weights", weights, MaskShape(taps, regions), _device);
    }
}
