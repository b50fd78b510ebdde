using Retrieval.Host.Backends.Cuda.Parameters;

namespace Retrieval.Host.Backends.Cuda;

/// <summary>Losses that are means over rows with classes: a block a row, then one block that adds up.</summary>
internal sealed unsafe partial class CudaBackend
{
    private const string CenterModule = "center_loss", EntropyModule = "cross_entropy";

    private const int ClassThreads = 256;

    public void CenterLoss(Tensor x, Tensor labels, Tensor real, Tensor centers, float weight, Tensor loss, Tensor dx, Tensor dCenters)
    {
        int rows = x.Shape[0], classes = centers.Shape[0];
        var losses = RentWorkspace(x.Device, (long)rows * sizeof(float));
        var variant = Vectorised(ElementType.Float32, x.Shape[1], x.Address, centers.Address, dx.Address, dCenters.Address);
        Launch(CenterModule, "center_loss_rows", variant, new LaunchShape(rows, ClassThreads), new CenterRows(x.Address, labels.Address, real.Address, centers.Address,
            losses.Address, dx.Address, dCenters.Address, (nint)FaultWord, rows, classes, x.Shape[1] / Width(variant), weight));
        Launch(CenterModule, "center_loss_total", KernelVariant.None, new LaunchShape(1, ClassThreads),
            new ClassTotal(labels.Address, real.Address, losses.Address, 0, loss.Address, 0, rows, classes, weight));
        x.Device.Return(losses);
    }

    public void CrossEntropy(Tensor logits, Tensor labels, Tensor real, float smoothing, float weight, Tensor loss, Tensor dLogits, Tensor correct)
    {
        int rows = logits.Shape[0], classes = logits.Shape[1];
        var scratch = RentWorkspace(logits.Device, 2L * rows * sizeof(float));
        nint losses = scratch.Address, firsts = losses + (nint)((long)rows * sizeof(float));
        var variant = Vectorised(ElementType.Float32, classes, logits.Address, dLogits.Address);
        Launch(EntropyModule, "cross_entropy_rows", variant, new LaunchShape(rows, ClassThreads), new CrossEntropyRows(logits.Address, labels.Address, real.Address,
            losses, firsts, dLogits.Address, (nint)FaultWord, rows, classes, classes / Width(variant), smoothing, weight));
        Launch(EntropyModule, "cross_entropy_total", KernelVariant.None, new LaunchShape(1, ClassThreads),
            new ClassTotal(labels.Address, real.Address, losses, firsts, loss.Address, correct.Address, rows, classes, weight));
        logits.Device.Return(scratch);
    }
}
