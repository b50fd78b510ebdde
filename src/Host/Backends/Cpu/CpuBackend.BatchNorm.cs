namespace Retrieval.Host.Backends.Cpu;

internal sealed unsafe partial class CpuBackend
{
    public void BatchNormTraining(Tensor x, Tensor gamma, Tensor beta, Tensor runningMean, Tensor runningVariance, float momentum, float epsilon,
        Tensor residual, bool relu, Tensor y, Tensor mean, Tensor invStd)
    {
        var chunks = new RowChunks(x.Shape);
        var workspace = RentWorkspace(x.Device, (3L * chunks.Width) + PartialSums.Length(chunks));
        var factors = new WideValues(chunks, workspace.Pointer<float>());
        var moments = new PartialSums(chunks, factors[3]);
        _team.For(chunks.Count, new RowMoments(chunks, x.Pointer<float>(), moments));
        _team.For(ChannelBlock.CountOf(chunks.Channels), new BatchMoments(chunks, moments, x, runningMean, runningVariance, momentum, epsilon, mean, invStd));
        factors.Set(0, mean.Pointer<float>());
        LaneSweep.Run(new ProductKernel(gamma.Pointer<float>(), invStd.Pointer<float>(), factors[1]), 0, chunks.Channels);
        factors.Repeat(1);
        factors.Set(2, beta.Pointer<float>());
        var kernel = new ScaleShiftKernel(x.Pointer<float>(), factors[0], factors[1], factors[2], residual.Pointer<float>(), relu, y.Pointer<float>());
        MatrixLoop<ScaleShiftKernel>.Run(_team, chunks, kernel);
        x.Device.Return(workspace);
    }

    public void BatchNormTrainingBackward(Tensor x, Tensor y, Tensor dy, Tensor gamma, Tensor mean, Tensor invStd, Tensor dx, Tensor dResidual, Tensor dGamma, Tensor dBeta)
    {
        var chunks = new RowChunks(x.Shape);
        var workspace = RentWorkspace(x.Device, (4L * chunks.Width) + PartialSums.Length(chunks));
        var factors = new WideValues(chunks, workspace.Pointer<float>());
        var sums = new PartialSums(chunks, factors[4]);
        factors.Set(0, mean.Pointer<float>());
        float* input = x.Pointer<float>(), output = y.Pointer<float>(), gradient = dy.Pointer<float>(), masked = dResidual.Pointer<float>();
        MatrixSums<NormGradientFold>.Run(_team, chunks, new NormGradientFold(input, output, gradient, factors[0], masked), sums);
        _team.For(ChannelBlock.CountOf(chunks.Channels), new BatchGradients(chunks, sums, x.Shape.Rows, gamma, invStd, dGamma, dBeta, factors));
        for (var i = 1; i <= 3; i++)
            factors.Repeat(i);
        // Where the first pass has written g, the second needs neither y nor dy.
        var kernel = masked != null
            ? new NormGradientKernel(input, null, masked, factors, dx.Pointer<float>())
            : new NormGradientKernel(input, output, gradient, factors, dx.Pointer<float>());
        MatrixLoop<NormGradientKernel>.Run(_team, chunks, kernel);
        x.Device.Return(workspace);
    }

    public void FoldBatchNorm(Tensor gamma, Tensor beta, Tensor mean, Tensor variance, float epsilon, Tensor scale, Tensor shift)
    {
        float* g = gamma.Pointer<float>(), b = beta.Pointer<float>(), m = mean.Pointer<float>(), v = variance.Pointer<float>();
        float* s = scale.Pointer<float>(), t = shift.Pointer<float>();
        for (var c = 0; c < gamma.Shape.Last; c++)
        {
            var factor = g[c] / Math.Sqrt((double)v[c] + epsilon);
            (s[c], t[c]) = ((float)factor, (float)(b[c] - (m[c] * factor)));
        }
    }

    public void ScaleShift(Tensor x, Tensor scale, Tensor shift, Tensor residual, bool relu, Tensor y)
    {
        var chunks = new RowChunks(x.Shape);
        var workspace = RentWorkspace(x.Device, 2L * chunks.Width);
        var factors = new WideValues(chunks, workspace.Pointer<float>());
        factors.Set(0, scale.Pointer<float>());
        factors.Set(1, shift.Pointer<float>());
        var kernel = new ScaleShiftKernel(x.Pointer<float>(), null, factors[0], factors[1], residual.Pointer<float>(), relu, y.Pointer<float>());
        MatrixLoop<ScaleShiftKernel>.Run(_team, chunks, kernel);
        x.Device.Return(workspace);
    }

    public void FrozenNormGradients(Tensor w, Tensor folded, Tensor sum, Tensor gamma, Tensor mean, Tensor variance, float epsilon, Tensor dw, Tensor dGamma, Tensor dBeta) =>
        _team.For(w.Shape[0], new FrozenGradients(w, folded, sum, gamma, mean, variance, epsilon, dw, dGamma, dBeta));

    public void BatchNormRows(Tensor x, Tensor real, Tensor gamma, Tensor beta, Tensor runningMean, Tensor runningVariance, float momentum, float epsilon,
        bool frozen, Tensor y, Tensor mean, Tensor invStd) =>
        _team.For(ChannelBlock.CountOf(x.Shape[1]), new RowNormForward(x, real, gamma, beta, runningMean, runningVariance, momentum, epsilon, frozen, y, mean, invStd));

    public void BatchNormRowsBackward(Tensor x, Tensor real, Tensor dy, Tensor gamma, Tensor mean, Tensor invStd, bool frozen, Tensor dx, Tensor dGamma) =>
        _team.For(ChannelBlock.CountOf(x.Shape[1]), new RowNormBackward(x, real, dy, gamma, mean, invStd, frozen, dx, dGamma));
}
