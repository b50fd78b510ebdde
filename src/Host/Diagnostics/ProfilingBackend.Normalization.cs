namespace Retrieval.Host.Diagnostics;

internal sealed partial class ProfilingBackend
{
    public void BatchNormTraining(Tensor x, Tensor gamma, Tensor beta, Tensor runningMean, Tensor runningVariance, float momentum, float epsilon,
        Tensor residual, bool relu, Tensor y, Tensor mean, Tensor invStd)
    {
        using var call = Begin(nameof(BatchNormTraining), OperatorWork.BatchNormTraining(x, gamma, beta, runningMean, runningVariance, residual, relu, y, mean, invStd), x);
        inner.BatchNormTraining(x, gamma, beta, runningMean, runningVariance, momentum, epsilon, residual, relu, y, mean, invStd);
    }

    public void BatchNormTrainingBackward(Tensor x, Tensor y, Tensor dy, Tensor gamma, Tensor mean, Tensor invStd, Tensor dx, Tensor dResidual, Tensor dGamma, Tensor dBeta)
    {
        using var call = Begin(nameof(BatchNormTrainingBackward), OperatorWork.BatchNormTrainingBackward(x, y, dy, gamma, mean, invStd, dx, dResidual, dGamma, dBeta), x);
        inner.BatchNormTrainingBackward(x, y, dy, gamma, mean, invStd, dx, dResidual, dGamma, dBeta);
    }

    public void InstanceNorm(Tensor x, Tensor gamma, Tensor beta, BatchNormTail tail, float epsilon, bool relu, Tensor y, Tensor mean, Tensor invStd)
    {
        using var call = Begin(nameof(InstanceNorm), OperatorWork.InstanceNorm(x, gamma, beta, tail, relu, y, mean, invStd), x);
        inner.InstanceNorm(x, gamma, beta, tail, epsilon, relu, y, mean, invStd);
    }

    public void InstanceNormBackward(Tensor x, Tensor y, Tensor dy, Tensor gamma, BatchNormTail tail, Tensor mean, Tensor invStd, Tensor dx,
        Tensor dGamma, Tensor dBeta, Tensor dTailGamma, Tensor dTailBeta)
    {
        using var call = Begin(nameof(InstanceNormBackward), OperatorWork.InstanceNormBackward(x, y, dy, gamma, tail, mean, invStd, dx, dGamma, dBeta, dTailGamma, dTailBeta), x);
        inner.InstanceNormBackward(x, y, dy, gamma, tail, mean, invStd, dx, dGamma, dBeta, dTailGamma, dTailBeta);
    }

    public void FoldBatchNorm(Tensor gamma, Tensor beta, Tensor mean, Tensor variance, float epsilon, Tensor scale, Tensor shift)
    {
        using var call = Begin(nameof(FoldBatchNorm), OperatorWork.FoldBatchNorm(gamma, beta, mean, variance, scale, shift), gamma);
        inner.FoldBatchNorm(gamma, beta, mean, variance, epsilon, scale, shift);
    }

    public void ScaleShift(Tensor x, Tensor scale, Tensor shift, Tensor residual, bool relu, Tensor y)
    {
        using var call = Begin(nameof(ScaleShift), OperatorWork.ScaleShift(x, scale, shift, residual, relu, y), x);
        inner.ScaleShift(x, scale, shift, residual, relu, y);
    }

    public void FrozenNormGradients(Tensor w, Tensor folded, Tensor sum, Tensor gamma, Tensor mean, Tensor variance, float epsilon, Tensor dw, Tensor dGamma, Tensor dBeta)
    {
        using var call = Begin(nameof(FrozenNormGradients), OperatorWork.FrozenNormGradients(w, folded, sum, gamma, mean, variance, dw, dGamma, dBeta), w);
        inner.FrozenNormGradients(w, folded, sum, gamma, mean, variance, epsilon, dw, dGamma, dBeta);
    }

    public void BatchNormRows(Tensor x, Tensor real, Tensor gamma, Tensor beta, Tensor runningMean, Tensor runningVariance, float momentum, float epsilon,
        bool frozen, Tensor y, Tensor mean, Tensor invStd)
    {
        using var call = Begin(nameof(BatchNormRows), OperatorWork.BatchNormTraining(x, gamma, beta, runningMean, runningVariance, real, false, y, mean, invStd), x);
        inner.BatchNormRows(x, real, gamma, beta, runningMean, runningVariance, momentum, epsilon, frozen, y, mean, invStd);
    }

    public void BatchNormRowsBackward(Tensor x, Tensor real, Tensor dy, Tensor gamma, Tensor mean, Tensor invStd, bool frozen, Tensor dx, Tensor dGamma)
    {
        using var call = Begin(nameof(BatchNormRowsBackward), OperatorWork.BatchNormTrainingBackward(x, Tensor.None, dy, gamma, mean, invStd, dx, real, dGamma, Tensor.None), x);
        inner.BatchNormRowsBackward(x, real, dy, gamma, mean, invStd, frozen, dx, dGamma);
    }

    public void L2Normalize(Tensor x, float epsilon, Tensor y, Tensor norms)
    {
        using var call = Begin(nameof(L2Normalize), OperatorWork.Elements(x, 3, y, norms), x);
        inner.L2Normalize(x, epsilon, y, norms);
    }

    public void L2NormalizeBackward(Tensor y, Tensor norms, Tensor dy, float epsilon, Tensor dx)
    {
        using var call = Begin(nameof(L2NormalizeBackward), OperatorWork.Elements(y, 5, norms, dy, dx), y);
        inner.L2NormalizeBackward(y, norms, dy, epsilon, dx);
    }
}
