using Retrieval.Host.Diagnostics;

namespace Retrieval.Host.Backends;

/// <summary>
/// What a device computes. <see cref="Host.Operators"/> documents each operator and has checked its arguments; a backend only
/// computes. A new operator is a compile error until every backend has it.
/// </summary>
internal interface IBackend : IDisposable
{
    /// <summary>What messages call the device.</summary>
    string Title { get; }

    // Memory. Chunks are aligned to 64 bytes; 0 where there is no memory left for one.
    nint AllocateChunk(long byteCount);
    void FreeChunk(nint address);
    void Upload(ReadOnlySpan<byte> source, nint target);
    void Download(nint source, Span<byte> target);
    void Synchronize();

    /// <summary>Bytes that could be taken now.</summary>
    long FreeByteCount { get; }

    /// <summary>All bytes that there are.</summary>
    long TotalByteCount { get; }

    /// <summary>The most scratch memory that a library takes for a call; 0 where there is none.</summary>
    long LibraryWorkspaceLimit(bool convolutions) => 0;

    /// <summary>The buffers of an <see cref="UploadRing"/>.</summary>
    IUploads CreateUploads(Device device, int depth);

    /// <summary>Queues the upload of the bytes that were filled in last.</summary>
    Tensor Send(IUploads uploads, int byteCount) => uploads.Send();

    /// <summary>One place of a <see cref="ReadbackRing"/>.</summary>
    IReadback CreateReadback();

    /// <summary>
    /// Records what an action queues, which has run once before; or null, without calling it, where work is better run each time.
    /// </summary>
    IRecording? Record(string name, Action work);

    /// <summary>Whether operators may read host memory where it lies.</summary>
    bool ReachesHostMemory { get; }

    /// <summary>Whether operators on activation maps take bfloat16 besides float32.</summary>
    bool ComputesBFloat16 { get; }

    /// <summary>Whether large products in double precision are faster here than on the host.</summary>
    bool MultipliesFloat64 { get; }

    /// <summary>Whether <see cref="Record"/> can give a recording.</summary>
    bool Records { get; }

    /// <summary>Runs a loop of the host on the backend's threads.</summary>
    void ParallelFor<TBody>(int count, TBody body) where TBody : struct, IParallelBody;

    /// <summary>A clock of what operators do; the caller disposes it before the backend.</summary>
    IDeviceClock CreateClock();

    /// <summary>Ranges for the platform's profiler; null where there is none to tell.</summary>
    ICallRanges? FindRanges() => null;

    // Convolution and products.
    void Convolution(Tensor x, Tensor w, ConvolutionGeometry geometry, Tensor y, ConvolutionEpilogue epilogue);
    void Convolution(Tensor x, PreparedWeights w, Tensor y, ConvolutionEpilogue epilogue);
    PreparedWeights PrepareConvolution(Tensor w, ConvolutionGeometry geometry, Tensor scale, ElementType type);
    void ConvolutionInputGradient(Tensor dy, Tensor w, Tensor scale, ConvolutionGeometry geometry, Tensor dx, bool accumulate);
    void ConvolutionWeightGradient(Tensor x, Tensor dy, ConvolutionGeometry geometry, Tensor dw, bool accumulate);
    void MatrixProduct(Tensor a, Tensor b, Tensor c, bool transposeA, bool transposeB, bool accumulate);
    void Linear(Tensor x, Tensor w, Tensor bias, Tensor y);

    // Normalisation.
    void BatchNormTraining(Tensor x, Tensor gamma, Tensor beta, Tensor runningMean, Tensor runningVariance, float momentum, float epsilon,
        Tensor residual, bool relu, Tensor y, Tensor mean, Tensor invStd);
    void BatchNormTrainingBackward(Tensor x, Tensor y, Tensor dy, Tensor gamma, Tensor mean, Tensor invStd, Tensor dx, Tensor dResidual, Tensor dGamma, Tensor dBeta);
    void InstanceNorm(Tensor x, Tensor gamma, Tensor beta, BatchNormTail tail, float epsilon, bool relu, Tensor y, Tensor mean, Tensor invStd);
    void InstanceNormBackward(Tensor x, Tensor y, Tensor dy, Tensor gamma, BatchNormTail tail, Tensor mean, Tensor invStd, Tensor dx,
        Tensor dGamma, Tensor dBeta, Tensor dTailGamma, Tensor dTailBeta);
    void FoldBatchNorm(Tensor gamma, Tensor beta, Tensor mean, Tensor variance, float epsilon, Tensor scale, Tensor shift);
    void ScaleShift(Tensor x, Tensor scale, Tensor shift, Tensor residual, bool relu, Tensor y);
    void FrozenNormGradients(Tensor w, Tensor folded, Tensor sum, Tensor gamma, Tensor mean, Tensor variance, float epsilon, Tensor dw, Tensor dGamma, Tensor dBeta);
    void BatchNormRows(Tensor x, Tensor real, Tensor gamma, Tensor beta, Tensor runningMean, Tensor runningVariance, float momentum, float epsilon,
        bool frozen, Tensor y, Tensor mean, Tensor invStd);
    void BatchNormRowsBackward(Tensor x, Tensor real, Tensor dy, Tensor gamma, Tensor mean, Tensor invStd, bool frozen, Tensor dx, Tensor dGamma);
    void L2Normalize(Tensor x, float epsilon, Tensor y, Tensor norms);
    void L2NormalizeBackward(Tensor y, Tensor norms, Tensor dy, float epsilon, Tensor dx);

    // Elementwise and reductions.
    void Fill(Tensor x, float value);
    void Copy(Tensor source, Tensor target);
    void Cast(Tensor x, Tensor y);
    void AddScaled(float alpha, Tensor x, float beta, Tensor y);
    void Multiply(Tensor x, Tensor factors, Tensor y);
    void Relu(Tensor x, Tensor y);
    void ReluBackward(Tensor y, Tensor dy, Tensor dx);
    void ColumnSum(Tensor x, Tensor y, bool accumulate);
    void ResizeBilinear(Tensor x, float scaleY, float scaleX, Tensor y);

    // Pooling.
    void MaxPool(Tensor x, ConvolutionGeometry geometry, Tensor y, Tensor argmax);
    void MaxPoolBackward(Tensor dy, Tensor argmax, ConvolutionGeometry geometry, Tensor dx);
    void SpocPool(Tensor x, Tensor y);
    void SpocPoolBackward(Tensor dy, Tensor dx);
    void MacPool(Tensor x, Tensor y, Tensor argmax);
    void MacPoolBackward(Tensor dy, Tensor argmax, Tensor dx);
    void GemPool(Tensor x, Tensor p, float epsilon, Tensor y);
    void GemPoolBackward(Tensor x, Tensor y, Tensor dy, Tensor p, float epsilon, Tensor dx, Tensor dp);
    void AggregateScales(Tensor x, float p, Tensor y);
    void WeightedPool(Tensor x, PoolRegions? regions, Tensor weights, Tensor p, float epsilon, Tensor y);
    void WeightedPoolBackward(Tensor x, PoolRegions? regions, Tensor weights, Tensor y, Tensor dy, Tensor p, float epsilon, Tensor dx, Tensor shares, Tensor dp);
    void MaskTaps(Tensor x, Tensor w, Tensor taps);
    void MaskTapsBackward(Tensor x, Tensor w, Tensor dTaps, Tensor dx, Tensor dw);
    void MaskSoftmax(Tensor taps, PoolRegions? regions, bool own, Tensor weights);
    void MaskSoftmaxBackward(Tensor weights, Tensor shares, PoolRegions? regions, bool own, Tensor dTaps);
    void RegionMaxPool(Tensor x, PoolRegions regions, Tensor y, Tensor argmax);
    void RegionMaxPoolBackward(Tensor dy, Tensor argmax, PoolRegions regions, Tensor dx);
    void CrowWeights(Tensor x, Tensor weights, Tensor channelWeights);

    // NetVLAD.
    void NetVlad(Tensor x, NetVladWeights weights, NetVladState state, Tensor y);
    void NetVladBackward(Tensor x, NetVladWeights weights, NetVladState state, Tensor y, Tensor dy, Tensor dx, NetVladWeights gradients);

    // Rows of descriptors.
    void GatherRows(Tensor x, Tensor rows, Tensor y);
    void ScatterAddRows(Tensor dy, Tensor rows, Tensor dx);

    // Losses.
    void ContrastiveLoss(Tensor x, Tensor labels, float margin, float epsilon, Tensor loss, Tensor dx);
    void TripletLoss(Tensor x, Tensor labels, float margin, Tensor loss, Tensor dx);
    void DistanceTripletLoss(Tensor x, Tensor labels, float margin, float epsilon, Tensor loss, Tensor dx);
    void BatchHard(Tensor x, Tensor labels, Tensor anchors, TripletCost cost, float weight, Tensor loss, Tensor dx, HardestPairs hardest);
    void CentroidTriplet(Tensor x, Tensor labels, Tensor real, int slots, TripletCost cost, bool prototypesOnly, float weight, Tensor loss, Tensor dx,
        Tensor prototypes, HardestPairs hardest);
    void CenterLoss(Tensor x, Tensor labels, Tensor real, Tensor centers, float weight, Tensor loss, Tensor dx, Tensor dCenters);
    void CrossEntropy(Tensor logits, Tensor labels, Tensor real, float smoothing, float weight, Tensor loss, Tensor dLogits, Tensor correct);
    void DrawNegatives(Tensor x, Tensor groups, Tensor real, Tensor draw, NegativeDraw rule, Tensor positives, Tensor negatives, Tensor probabilities);
    void MarginLoss(Tensor x, Tensor positives, Tensor negatives, Tensor beta, MarginCost cost, float weight, Tensor loss, Tensor dx, Tensor dBeta);

    // Optimisers.
    void Adam(ReadOnlySpan<OptimizerSlot> slots, AdamStep step);
    void Sgd(ReadOnlySpan<OptimizerSlot> slots, SgdStep step);
    void GradientNorm(ReadOnlySpan<Tensor> gradients, Tensor norm);
    void ClipGradients(ReadOnlySpan<Tensor> gradients, Tensor norm, float limit);

    // Images.
    void PrepareImages(Tensor pixels, ReadOnlySpan<ImageSource> images, ReadOnlySpan<float> mean, ReadOnlySpan<float> std, Tensor y);

    // Search.
    void TopK(Tensor queries, Tensor database, Tensor squaredNorms, SearchMetric metric, Tensor scores, Tensor rows, long firstRow, bool merge);
}
