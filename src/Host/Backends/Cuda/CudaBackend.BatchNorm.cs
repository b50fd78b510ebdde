using Retrieval.Host.Backends.Cuda.Parameters;

namespace Retrieval.Host.Backends.Cuda;

internal sealed unsafe partial class CudaBackend
{
    private const string BatchNormModule = "batch_norm";
    private const string FrozenNormModule = "frozen_norm";
    private const string RowNormModule = "row_norm";

    public void BatchNormTraining(Tensor x, Tensor gamma, Tensor beta, Tensor runningMean, Tensor runningVariance, float momentum, float epsilon,
        Tensor residual, bool relu, Tensor y, Tensor mean, Tensor invStd)
    {
        var cut = Cut(x, x.Address, residual.Address, y.Address);
        var partials = RentPartials(x.Device, cut, kinds: 3);
        Launch(BatchNormModule, "batch_norm_moments", cut.Variant, cut.Shape, new BatchNormMoments(x.Address, partials.Address, cut.Rows, cut.ChunkRows, cut.Columns, cut.Width));
        Launch(BatchNormModule, "batch_norm_statistics", KernelVariant.None, Totals(cut), new BatchNormStatistics(partials.Address, runningMean.Address, runningVariance.Address,
            mean.Address, invStd.Address, cut.Rows, cut.ChunkRows, cut.Chunks, cut.Columns, cut.Channels, momentum, epsilon));
        x.Device.Return(partials);
        ScaleShift(cut, x, mean, gamma, invStd, beta, residual, relu, y);
    }

    public void BatchNormTrainingBackward(Tensor x, Tensor y, Tensor dy, Tensor gamma, Tensor mean, Tensor invStd, Tensor dx, Tensor dResidual, Tensor dGamma, Tensor dBeta)
    {
        var cut = Cut(x, x.Address, y.Address, dy.Address, dx.Address, dResidual.Address);
        if (cut.Shape.Blocks == 0)
            return;
        var partials = RentPartials(x.Device, cut, kinds: 2);
        var factors = RentWorkspace(x.Device, 3L * cut.Channels * sizeof(float));
        Launch(BatchNormModule, "batch_norm_sums", cut.Variant, cut.Shape, new BatchNormSums(x.Address, y.Address, dy.Address, mean.Address, dResidual.Address, partials.Address,
            cut.Rows, cut.ChunkRows, cut.Columns, cut.Channels, cut.Width));
        Launch(BatchNormModule, "batch_norm_gradients", KernelVariant.None, Totals(cut), new BatchNormGradients(partials.Address, gamma.Address, invStd.Address, dGamma.Address, dBeta.Address,
            factors.Address, cut.Rows, cut.Chunks, cut.Columns, cut.Channels));
        // Where the first pass has written g, the second needs neither y nor dy.
        var (output, gradient) = dResidual.IsNone ? (y, dy) : (Tensor.None, dResidual);
        Launch(BatchNormModule, "batch_norm_backward", cut.Variant, cut.Shape, new BatchNormBackward(x.Address, output.Address, gradient.Address, mean.Address, factors.Address, dx.Address,
            cut.Rows, cut.ChunkRows, cut.Columns, cut.Channels, cut.Width));
        x.Device.Return(factors);
        x.Device.Return(partials);
    }

    public void FoldBatchNorm(Tensor gamma, Tensor beta, Tensor mean, Tensor variance, float epsilon, Tensor scale, Tensor shift) =>
        Launch(FrozenNormModule, "frozen_norm_fold", KernelVariant.None, GridOver(gamma.Shape.Last),
            new FrozenNormFold(gamma.Address, beta.Address, mean.Address, variance.Address, scale.Address, shift.Address, gamma.Shape.Last, epsilon));

    public void ScaleShift(Tensor x, Tensor scale, Tensor shift, Tensor residual, bool relu, Tensor y) =>
        ScaleShift(Cut(x, x.Address, residual.Address, y.Address), x, Tensor.None, scale, Tensor.None, shift, residual, relu, y);

    public void FrozenNormGradients(Tensor w, Tensor folded, Tensor sum, Tensor gamma, Tensor mean, Tensor variance, float epsilon, Tensor dw, Tensor dGamma, Tensor dBeta)
    {
        var filters = w.Shape[0];
        var length = filters == 0 ? 0 : w.Count / filters;
        var variant = Vectorised(ElementType.Float32, length, w.Address, folded.Address, dw.Address);
        Launch(FrozenNormModule, "frozen_norm_gradients", variant, new LaunchShape(filters, 256), new FrozenNormGradients(w.Address, folded.Address, sum.Address, gamma.Address, mean.Address,
            variance.Address, dw.Address, dGamma.Address, dBeta.Address, length, filters, epsilon));
    }

    public void BatchNormRows(Tensor x, Tensor real, Tensor gamma, Tensor beta, Tensor runningMean, Tensor runningVariance, float momentum, float epsilon,
        bool frozen, Tensor y, Tensor mean, Tensor invStd) =>
        Launch(RowNormModule, "row_norm_forward", KernelVariant.None, RowNormShape(x), new RowNormForward(x.Address, real.Address, gamma.Address, beta.Address, runningMean.Address,
            runningVariance.Address, y.Address, mean.Address, invStd.Address, momentum, epsilon, frozen ? 1 : 0, x.Shape[0], x.Shape[1]));

    public void BatchNormRowsBackward(Tensor x, Tensor real, Tensor dy, Tensor gamma, Tensor mean, Tensor invStd, bool frozen, Tensor dx, Tensor dGamma) =>
        Launch(RowNormModule, "row_norm_backward", KernelVariant.None, RowNormShape(x), new RowNormBackward(x.Address, real.Address, dy.Address, gamma.Address, mean.Address,
            invStd.Address, dx.Address, dGamma.Address, frozen ? 1 : 0, x.Shape[0], x.Shape[1]));

    /// <summary>A block takes the 32 columns that a warp reads side by side.</summary>
    private static LaunchShape RowNormShape(Tensor x) => new((x.Shape[1] + 31L) / 32, 256);

    private void ScaleShift(ColumnCut cut, Tensor x, Tensor center, Tensor scale, Tensor factor, Tensor shift, Tensor residual, bool relu, Tensor y) =>
        Launch("scale_shift", "scale_shift", cut.Variant, cut.Shape, new ScaleShift(x.Address, center.Address, scale.Address, factor.Address, shift.Address, residual.Address, y.Address,
            cut.Rows, cut.ChunkRows, cut.Columns, cut.Channels, cut.Width, relu ? 1 : 0));
}
