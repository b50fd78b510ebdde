namespace Retrieval.Host.Backends.Cpu;

internal sealed unsafe partial class CpuBackend
{
    public void BatchNormTraining(Tensor x, Tensor gamma, Tensor beta, Tensor runningMean, Tensor runningVariance, float momentum, float epsilon, Tensor residual, bool relu, Tensor y, Tensor mean, Tensor invStd) => throw new NotSupportedException();

    public void BatchNormTrainingBackward(Tensor x, Tensor y, Tensor dy, Tensor gamma, Tensor mean, Tensor invStd, Tensor dx, Tensor dResidual, Tensor dGamma, Tensor dBeta) => throw new NotSupportedException();

    public void FoldBatchNorm(Tensor gamma, Tensor beta, Tensor mean, Tensor variance, float epsilon, Tensor scale, Tensor shift) => throw new NotSupportedException();

    public void ScaleShift(Tensor x, Tensor scale, Tensor shift, Tensor residual, bool relu, Tensor y) => throw new NotSupportedException();

    public void FrozenNormGradients(Tensor w, Tensor folded, Tensor sum, Tensor gamma, Tensor mean, Tensor variance, float epsilon, Tensor dw, Tensor dGamma, Tensor dBeta) => throw new NotSupportedException();

    public void L2Normalize(Tensor x, float epsilon, Tensor y, Tensor norms) => throw new NotSupportedException();

    public void L2NormalizeBackward(Tensor y, Tensor norms, Tensor dy, float epsilon, Tensor dx) => throw new NotSupportedException();

    public void Fill(Tensor x, float value) => throw new NotSupportedException();

    public void Copy(Tensor source, Tensor target) => throw new NotSupportedException();

    public void AddScaled(float alpha, Tensor x, float beta, Tensor y) => throw new NotSupportedException();

    public void Relu(Tensor x, Tensor y) => throw new NotSupportedException();

    public void ReluBackward(Tensor y, Tensor dy, Tensor dx) => throw new NotSupportedException();

    public void ColumnSum(Tensor x, Tensor y, bool accumulate) => throw new NotSupportedException();

    public void ResizeBilinear(Tensor x, float scaleY, float scaleX, Tensor y) => throw new NotSupportedException();

    public void MaxPool(Tensor x, ConvolutionGeometry geometry, Tensor y, Tensor argmax) => throw new NotSupportedException();

    public void MaxPoolBackward(Tensor dy, Tensor argmax, ConvolutionGeometry geometry, Tensor dx) => throw new NotSupportedException();

    public void SpocPool(Tensor x, Tensor y) => throw new NotSupportedException();

    public void SpocPoolBackward(Tensor dy, Tensor dx) => throw new NotSupportedException();

    public void MacPool(Tensor x, Tensor y, Tensor argmax) => throw new NotSupportedException();

    public void MacPoolBackward(Tensor dy, Tensor argmax, Tensor dx) => throw new NotSupportedException();

    public void GemPool(Tensor x, Tensor p, float epsilon, Tensor y) => throw new NotSupportedException();

    public void GemPoolBackward(Tensor x, Tensor y, Tensor dy, Tensor p, float epsilon, Tensor dx, Tensor dp) => throw new NotSupportedException();

    public void AggregateScales(Tensor x, float p, Tensor y) => throw new NotSupportedException();

    public void ContrastiveLoss(Tensor x, Tensor labels, float margin, float epsilon, Tensor loss, Tensor dx) => throw new NotSupportedException();

    public void TripletLoss(Tensor x, Tensor labels, float margin, Tensor loss, Tensor dx) => throw new NotSupportedException();

    public void Adam(ReadOnlySpan<OptimizerSlot> slots, AdamStep step) => throw new NotSupportedException();

    public void Sgd(ReadOnlySpan<OptimizerSlot> slots, SgdStep step) => throw new NotSupportedException();
}
