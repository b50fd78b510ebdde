namespace Retrieval.Host.Backends.Cpu;

internal sealed unsafe partial class CpuBackend
{
    public void BatchNormTraining(Tensor x, Tensor gamma, Tensor beta, Tensor runningMean, Tensor runningVariance, float momentum, float epsilon,
        Tensor residual, bool relu, Tensor y, Tensor mean, Tensor invStd)
    {
        var chunks = new RowChunks(x.Shape.Rows, x.Shape.Last);
        var workspace = RentWorkspace(x.Device, ((2L * chunks.Count) + 1) * chunks.Channels);
        float* scale = workspace.Pointer<float>(), partial = scale + chunks.Channels;
        RowMoments.Run(_team, chunks, x.Pointer<float>(), partial);
        new BatchMoments(chunks, partial, x, runningMean, runningVariance, momentum, epsilon, gamma, mean, invStd, scale).Run(_team);
        ChannelLoop<ScaleShiftKernel>.Run(_team, chunks, new ScaleShiftKernel(x.Pointer<float>(), mean.Pointer<float>(), scale, beta.Pointer<float>(),
            residual.Pointer<float>(), relu, y.Pointer<float>()));
        x.Device.Return(workspace);
    }

    public void BatchNormTrainingBackward(Tensor x, Tensor y, Tensor dy, Tensor gamma, Tensor mean, Tensor invStd, Tensor dx, Tensor dResidual, Tensor dGamma, Tensor dBeta)
    {
        var chunks = new RowChunks(x.Shape.Rows, x.Shape.Last);
        var workspace = RentWorkspace(x.Device, ((2L * chunks.Count) + 3) * chunks.Channels);
        float* a = workspace.Pointer<float>(), b = a + chunks.Channels, c = b + chunks.Channels, partial = c + chunks.Channels;
        float* input = x.Pointer<float>(), center = mean.Pointer<float>(), g = dResidual.Pointer<float>();
        RowSums<NormGradientTerms>.Run(_team, chunks, new NormGradientTerms(input, y.Pointer<float>(), dy.Pointer<float>(), center, g), partial);
        new BatchGradients(chunks, partial, x.Shape.Rows, gamma, invStd, dGamma, dBeta, a).Run(_team);
        // Where the first pass has written g, the second needs neither y nor dy.
        var kernel = g != null
            ? new NormGradientKernel(input, null, g, center, a, b, c, dx.Pointer<float>())
            : new NormGradientKernel(input, y.Pointer<float>(), dy.Pointer<float>(), center, a, b, c, dx.Pointer<float>());
        ChannelLoop<NormGradientKernel>.Run(_team, chunks, kernel);
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

    public void ScaleShift(Tensor x, Tensor scale, Tensor shift, Tensor residual, bool relu, Tensor y) =>
        ChannelLoop<ScaleShiftKernel>.Run(_team, new RowChunks(x.Shape.Rows, x.Shape.Last), new ScaleShiftKernel(x.Pointer<float>(), null,
            scale.Pointer<float>(), shift.Pointer<float>(), residual.Pointer<float>(), relu, y.Pointer<float>()));

    public void FrozenNormGradients(Tensor w, Tensor folded, Tensor sum, Tensor gamma, Tensor mean, Tensor variance, float epsilon, Tensor dw, Tensor dGamma, Tensor dBeta) =>
        new FrozenGradients(w, folded, sum, gamma, mean, variance, epsilon, dw, dGamma, dBeta).Run(_team);
}
