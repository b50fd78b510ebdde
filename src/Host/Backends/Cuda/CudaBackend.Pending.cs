namespace Retrieval.Host.Backends.Cuda;

/// <summary>Operators whose kernels have not landed: each moves to the file of its family with them.</summary>
internal sealed unsafe partial class CudaBackend
{
    public void L2Normalize(Tensor x, float epsilon, Tensor y, Tensor norms) => throw Pending(nameof(L2Normalize));

    public void L2NormalizeBackward(Tensor y, Tensor norms, Tensor dy, float epsilon, Tensor dx) => throw Pending(nameof(L2NormalizeBackward));

    public void SpocPool(Tensor x, Tensor y) => throw Pending(nameof(SpocPool));

    public void SpocPoolBackward(Tensor dy, Tensor dx) => throw Pending(nameof(SpocPoolBackward));

    public void MacPool(Tensor x, Tensor y, Tensor argmax) => throw Pending(nameof(MacPool));

    public void MacPoolBackward(Tensor dy, Tensor argmax, Tensor dx) => throw Pending(nameof(MacPoolBackward));

    public void GemPool(Tensor x, Tensor p, float epsilon, Tensor y) => throw Pending(nameof(GemPool));

    public void GemPoolBackward(Tensor x, Tensor y, Tensor dy, Tensor p, float epsilon, Tensor dx, Tensor dp) => throw Pending(nameof(GemPoolBackward));

    public void AggregateScales(Tensor x, float p, Tensor y) => throw Pending(nameof(AggregateScales));

    public void ContrastiveLoss(Tensor x, Tensor labels, float margin, float epsilon, Tensor loss, Tensor dx) => throw Pending(nameof(ContrastiveLoss));

    public void TripletLoss(Tensor x, Tensor labels, float margin, Tensor loss, Tensor dx) => throw Pending(nameof(TripletLoss));

    private DeviceException Pending(string op) => new($"{op} is not available on {_name} in this build: use --device cpu");
}
