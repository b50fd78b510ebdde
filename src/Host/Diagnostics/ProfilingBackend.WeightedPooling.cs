namespace Retrieval.Host.Diagnostics;

internal sealed partial class ProfilingBackend
{
    public void WeightedPool(Tensor x, PoolRegions? regions, Tensor weights, Tensor p, float epsilon, Tensor y)
    {
        using var call = Begin(nameof(WeightedPool), OperatorWork.RegionPool(x, regions, 4, weights, p, y), x);
        inner.WeightedPool(x, regions, weights, p, epsilon, y);
    }

    public void WeightedPoolBackward(Tensor x, PoolRegions? regions, Tensor weights, Tensor y, Tensor dy, Tensor p, float epsilon, Tensor dx, Tensor shares, Tensor dp)
    {
        using var call = Begin(nameof(WeightedPoolBackward), OperatorWork.WeightedPoolBackward(x, regions, weights, y, dy, p, dx, shares, dp), x);
        inner.WeightedPoolBackward(x, regions, weights, y, dy, p, epsilon, dx, shares, dp);
    }

    public void MaskTaps(Tensor x, Tensor w, Tensor taps)
    {
        using var call = Begin(nameof(MaskTaps), OperatorWork.MaskTaps(x, w, taps), x);
        inner.MaskTaps(x, w, taps);
    }

    public void MaskTapsBackward(Tensor x, Tensor w, Tensor dTaps, Tensor dx, Tensor dw)
    {
        using var call = Begin(nameof(MaskTapsBackward), OperatorWork.MaskTapsBackward(x, w, dTaps, dx, dw), x);
        inner.MaskTapsBackward(x, w, dTaps, dx, dw);
    }

    public void MaskSoftmax(Tensor taps, PoolRegions? regions, bool own, Tensor weights)
    {
        using var call = Begin(nameof(MaskSoftmax), OperatorWork.MaskSoftmax(taps, weights), weights);
        inner.MaskSoftmax(taps, regions, own, weights);
    }

    public void MaskSoftmaxBackward(Tensor weights, Tensor shares, PoolRegions? regions, bool own, Tensor dTaps)
    {
        using var call = Begin(nameof(MaskSoftmaxBackward), OperatorWork.MaskSoftmax(dTaps, weights, shares), weights);
        inner.MaskSoftmaxBackward(weights, shares, regions, own, dTaps);
    }

    public void RegionMaxPool(Tensor x, PoolRegions regions, Tensor y, Tensor argmax)
    {
        using var call = Begin(nameof(RegionMaxPool), OperatorWork.RegionPool(x, regions, 1, y, argmax), x);
        inner.RegionMaxPool(x, regions, y, argmax);
    }

    public void RegionMaxPoolBackward(Tensor dy, Tensor argmax, PoolRegions regions, Tensor dx)
    {
        using var call = Begin(nameof(RegionMaxPoolBackward), OperatorWork.Pool(dx, 0, dy, argmax), dx);
        inner.RegionMaxPoolBackward(dy, argmax, regions, dx);
    }

    public void CrowWeights(Tensor x, Tensor weights, Tensor channelWeights)
    {
        using var call = Begin(nameof(CrowWeights), OperatorWork.Pool(x, 2, weights, channelWeights), x);
        inner.CrowWeights(x, weights, channelWeights);
    }
}
