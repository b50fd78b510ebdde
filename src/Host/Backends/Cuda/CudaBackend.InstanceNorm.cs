using Retrieval.Host.Backends.Cuda.Parameters;

namespace Retrieval.Host.Backends.Cuda;

internal sealed unsafe partial class CudaBackend
{
    private const string InstanceNormModule = "instance_norm";

    public void InstanceNorm(Tensor x, Tensor gamma, Tensor beta, BatchNormTail tail, float epsilon, bool relu, Tensor y, Tensor mean, Tensor invStd)
    {
        var cut = CutImages(x, x.Address, y.Address, mean.Address, invStd.Address);
        if (cut.Images == 0)
            return;
        var split = gamma.Shape[0];
        var taken = tail.Stored ? cut.Taken(split) : cut.Channels;
        var partials = RentWorkspace(x.Device, cut.PartialCount(kinds: 3) * sizeof(float));
        Launch(InstanceNormModule, "instance_norm_moments", cut.Variant, cut.ShapeOf(taken), new InstanceNormMoments(x.Address, partials.Address, cut.Rows, cut.ChunkRows,
            cut.Chunks, cut.Channels, taken, cut.Width));
        Launch(InstanceNormModule, "instance_norm_statistics", KernelVariant.None, Totals(cut), new InstanceNormStatistics(partials.Address, tail.RunningMean.Address,
            tail.RunningVariance.Address, mean.Address, invStd.Address, cut.Rows, cut.ChunkRows, cut.Chunks, cut.Images, cut.Channels, split, tail.Stored ? 1 : 0, tail.Momentum, epsilon));
        x.Device.Return(partials);
        Launch(InstanceNormModule, "instance_norm_forward", cut.Variant, cut.Shape, new InstanceNormForward(x.Address, mean.Address, invStd.Address, gamma.Address, beta.Address,
            tail.Gamma.Address, tail.Beta.Address, y.Address, cut.Rows, cut.ChunkRows, cut.Chunks, cut.Channels, split, cut.Width, relu ? 1 : 0));
    }

    public void InstanceNormBackward(Tensor x, Tensor y, Tensor dy, Tensor gamma, BatchNormTail tail, Tensor mean, Tensor invStd, Tensor dx,
        Tensor dGamma, Tensor dBeta, Tensor dTailGamma, Tensor dTailBeta)
    {
        var cut = CutImages(x, x.Address, y.Address, dy.Address, dx.Address, mean.Address);
        if (cut.Images == 0)
            return;
        var partials = RentWorkspace(x.Device, cut.PartialCount(kinds: 2) * sizeof(float));
        var factors = RentWorkspace(x.Device, 3L * cut.Images * cut.Channels * sizeof(float));
        Launch(InstanceNormModule, "instance_norm_sums", cut.Variant, cut.Shape, new InstanceNormSums(x.Address, y.Address, dy.Address, mean.Address, partials.Address, cut.Rows,
            cut.ChunkRows, cut.Chunks, cut.Channels, cut.Width));
        Launch(InstanceNormModule, "instance_norm_gradients", KernelVariant.None, Totals(cut), new InstanceNormGradients(partials.Address, invStd.Address, gamma.Address,
            tail.Gamma.Address, dGamma.Address, dBeta.Address, dTailGamma.Address, dTailBeta.Address, factors.Address, cut.Rows, cut.Chunks, cut.Images, cut.Channels,
            gamma.Shape[0], tail.Stored ? 1 : 0));
        Launch(InstanceNormModule, "instance_norm_backward", cut.Variant, cut.Shape, new InstanceNormBackward(x.Address, y.Address, dy.Address, mean.Address, factors.Address,
            dx.Address, cut.Rows, cut.ChunkRows, cut.Chunks, cut.Channels, cut.Width));
        x.Device.Return(factors);
        x.Device.Return(partials);
    }

    /// <summary>How a map [N, H, W, C] is walked image by image.</summary>
    private ImageCut CutImages(Tensor map, params ReadOnlySpan<nint> addresses)
    {
        var variant = Vectorised(map.Type, map.Shape[3], addresses);
        return new ImageCut(variant, Width(variant), map.Shape, _context.Facts.MultiprocessorCount);
    }

    private static LaunchShape Totals(ImageCut cut) => new(((long)cut.Channels + TotalChannels - 1) / TotalChannels, TotalThreads);
}
