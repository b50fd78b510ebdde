namespace Retrieval.Host.Backends;

// Nothing to be done in the others.
internal sealed partial class DryBackend
{
    // Convolution and products.
    public void Convolution(Tensor x, Tensor w, ConvolutionGeometry geometry, Tensor y, ConvolutionEpilogue epilogue) { }
    public void Convolution(Tensor x, PreparedWeights w, Tensor y, ConvolutionEpilogue epilogue) { }
    public PreparedWeights PrepareConvolution(Tensor w, ConvolutionGeometry geometry, Tensor scale, ElementType type) => new DryWeights(w, geometry, scale, type);
    public void ConvolutionInputGradient(Tensor dy, Tensor w, Tensor scale, ConvolutionGeometry geometry, Tensor dx, bool accumulate) { }
    public void ConvolutionWeightGradient(Tensor x, Tensor dy, ConvolutionGeometry geometry, Tensor dw, bool accumulate) { }
    public void MatrixProduct(Tensor a, Tensor b, Tensor c, bool transposeA, bool transposeB, bool accumulate) { }
    public void Linear(Tensor x, Tensor w, Tensor bias, Tensor y) { }

    // Normalisation.
    public void BatchNormTraining(Tensor x, Tensor gamma, Tensor beta, Tensor runningMean, Tensor runningVariance, float momentum, float epsilon,
        Tensor residual, bool relu, Tensor y, Tensor mean, Tensor invStd)
    { }
    public void BatchNormTrainingBackward(Tensor x, Tensor y, Tensor dy, Tensor gamma, Tensor mean, Tensor invStd, Tensor dx, Tensor dResidual, Tensor dGamma, Tensor dBeta) { }
    public void InstanceNorm(Tensor x, Tensor gamma, Tensor beta, BatchNormTail tail, float epsilon, bool relu, Tensor y, Tensor mean, Tensor invStd) { }
    public void InstanceNormBackward(Tensor x, Tensor y, Tensor dy, Tensor gamma, BatchNormTail tail, Tensor mean, Tensor invStd, Tensor dx,
        Tensor dGamma, Tensor dBeta, Tensor dTailGamma, Tensor dTailBeta)
    { }
    public void FoldBatchNorm(Tensor gamma, Tensor beta, Tensor mean, Tensor variance, float epsilon, Tensor scale, Tensor shift) { }
    public void ScaleShift(Tensor x, Tensor scale, Tensor shift, Tensor residual, bool relu, Tensor y) { }
    public void FrozenNormGradients(Tensor w, Tensor folded, Tensor sum, Tensor gamma, Tensor mean, Tensor variance, float epsilon, Tensor dw, Tensor dGamma, Tensor dBeta) { }
    public void BatchNormRows(Tensor x, Tensor real, Tensor gamma, Tensor beta, Tensor runningMean, Tensor runningVariance, float momentum, float epsilon,
        bool frozen, Tensor y, Tensor mean, Tensor invStd)
    { }
    public void BatchNormRowsBackward(Tensor x, Tensor real, Tensor dy, Tensor gamma, Tensor mean, Tensor invStd, bool frozen, Tensor dx, Tensor dGamma) { }
    public void L2Normalize(Tensor x, float epsilon, Tensor y, Tensor norms) { }
    public void L2NormalizeBackward(Tensor y, Tensor norms, Tensor dy, float epsilon, Tensor dx) { }

    // Elementwise and reductions.
    public void Copy(Tensor source, Tensor target) { }
    public void Cast(Tensor x, Tensor y) { }
    public void AddScaled(float alpha, Tensor x, float beta, Tensor y) { }
    public void Multiply(Tensor x, Tensor factors, Tensor y) { }
    public void Relu(Tensor x, Tensor y) { }
    public void ReluBackward(Tensor y, Tensor dy, Tensor dx) { }
    public void ColumnSum(Tensor x, Tensor y, bool accumulate) { }
    public void ResizeBilinear(Tensor x, float scaleY, float scaleX, Tensor y) { }

    // Pooling.
    public void MaxPool(Tensor x, ConvolutionGeometry geometry, Tensor y, Tensor argmax) { }
    public void MaxPoolBackward(Tensor dy, Tensor argmax, ConvolutionGeometry geometry, Tensor dx) { }
    public void SpocPool(Tensor x, Tensor y) { }
    public void SpocPoolBackward(Tensor dy, Tensor dx) { }
    public void MacPool(Tensor x, Tensor y, Tensor argmax) { }
    public void MacPoolBackward(Tensor dy, Tensor argmax, Tensor dx) { }
    public void GemPool(Tensor x, Tensor p, float epsilon, Tensor y) { }
    public void GemPoolBackward(Tensor x, Tensor y, Tensor dy, Tensor p, float epsilon, Tensor dx, Tensor dp) { }
    public void AggregateScales(Tensor x, float p, Tensor y) { }
    public void WeightedPool(Tensor x, PoolRegions? regions, Tensor weights, Tensor p, float epsilon, Tensor y) { }
    public void WeightedPoolBackward(Tensor x, PoolRegions? regions, Tensor weights, Tensor y, Tensor dy, Tensor p, float epsilon, Tensor dx, Tensor shares, Tensor dp) { }
    public void MaskTaps(Tensor x, Tensor w, Tensor taps) { }
    public void MaskTapsBackward(Tensor x, Tensor w, Tensor dTaps, Tensor dx, Tensor dw) { }
    public void MaskSoftmax(Tensor taps, PoolRegions? regions, bool own, Tensor weights) { }
    public void MaskSoftmaxBackward(Tensor weights, Tensor shares, PoolRegions? regions, bool own, Tensor dTaps) { }
    public void RegionMaxPool(Tensor x, PoolRegions regions, Tensor y, Tensor argmax) { }
    public void RegionMaxPoolBackward(Tensor dy, Tensor argmax, PoolRegions regions, Tensor dx) { }
    public void CrowWeights(Tensor x, Tensor weights, Tensor channelWeights) { }

    // NetVLAD.
    public void NetVlad(Tensor x, NetVladWeights weights, NetVladState state, Tensor y) { }
    public void NetVladBackward(Tensor x, NetVladWeights weights, NetVladState state, Tensor y, Tensor dy, Tensor dx, NetVladWeights gradients) { }

    // Rows of descriptors.
    public void GatherRows(Tensor x, Tensor rows, Tensor y) { }
    public void ScatterAddRows(Tensor dy, Tensor rows, Tensor dx) { }

    // Losses.
    public void ContrastiveLoss(Tensor x, Tensor labels, float margin, float epsilon, Tensor loss, Tensor dx) { }
    public void TripletLoss(Tensor x, Tensor labels, float margin, Tensor loss, Tensor dx) { }
    public void DistanceTripletLoss(Tensor x, Tensor labels, float margin, float epsilon, Tensor loss, Tensor dx) { }
    public void BatchHard(Tensor x, Tensor labels, Tensor anchors, TripletCost cost, float weight, Tensor loss, Tensor dx, HardestPairs hardest) { }
    public void CentroidTriplet(Tensor x, Tensor labels, Tensor real, int slots, TripletCost cost, bool prototypesOnly, float weight, Tensor loss, Tensor dx,
        Tensor prototypes, HardestPairs hardest)
    { }
    public void CenterLoss(Tensor x, Tensor labels, Tensor real, Tensor centers, float weight, Tensor loss, Tensor dx, Tensor dCenters) { }
    public void CrossEntropy(Tensor logits, Tensor labels, Tensor real, float smoothing, float weight, Tensor loss, Tensor dLogits, Tensor correct) { }
    public void DrawNegatives(Tensor x, Tensor groups, Tensor real, Tensor draw, NegativeDraw rule, Tensor positives, Tensor negatives, Tensor probabilities) { }
    public void MarginLoss(Tensor x, Tensor positives, Tensor negatives, Tensor beta, MarginCost cost, float weight, Tensor loss, Tensor dx, Tensor dBeta) { }

    // Optimisers.
    public void Adam(ReadOnlySpan<OptimizerSlot> slots, AdamStep step) { }
    public void Sgd(ReadOnlySpan<OptimizerSlot> slots, SgdStep step) { }
    public void GradientNorm(ReadOnlySpan<Tensor> gradients, Tensor norm) { }
    public void ClipGradients(ReadOnlySpan<Tensor> gradients, Tensor norm, float limit) { }

    // Images.
    public void PrepareImages(Tensor pixels, ReadOnlySpan<ImageSource> images, ReadOnlySpan<float> mean, ReadOnlySpan<float> std, Tensor y) { }

    // Search.
    public void TopK(Tensor queries, Tensor database, Tensor squaredNorms, SearchMetric metric, Tensor scores, Tensor rows, long firstRow, bool merge) { }
}
