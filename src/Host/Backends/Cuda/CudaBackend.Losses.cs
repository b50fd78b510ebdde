using Retrieval.Host.Backends.Cuda.Parameters;

namespace Retrieval.Host.Backends.Cuda;

/// <summary>Losses: a block for each row, of which those of queries work, then one block that adds up and looks for rows out of place.</summary>
internal sealed unsafe partial class CudaBackend
{
    private const string ContrastiveModule = "contrastive_loss", TripletModule = "triplet_loss";

    private const int LossThreads = 256;

    private static LaunchShape TotalOfLosses => new(1, LossThreads);

    public void ContrastiveLoss(Tensor x, Tensor labels, float margin, float epsilon, Tensor loss, Tensor dx)
    {
        int rows = x.Shape[0], dimension = x.Shape[1];
        var losses = RentWorkspace(x.Device, (long)rows * sizeof(float));
        Launch(ContrastiveModule, "contrastive_loss_tuples", TuplesOf(x, dx), new LaunchShape(rows, LossThreads),
            new ContrastiveTuples(x.Address, labels.Address, losses.Address, dx.Address, margin, epsilon, rows, dimension));
        Launch(ContrastiveModule, "contrastive_loss_total", KernelVariant.None, TotalOfLosses,
            new ContrastiveTotal(labels.Address, losses.Address, loss.Address, (nint)FaultWord, rows));
        x.Device.Return(losses);
    }

    public void TripletLoss(Tensor x, Tensor labels, float margin, Tensor loss, Tensor dx) => Triplets(x, labels, margin, 0, false, loss, dx);

    public void DistanceTripletLoss(Tensor x, Tensor labels, float margin, float epsilon, Tensor loss, Tensor dx) => Triplets(x, labels, margin, epsilon, true, loss, dx);

    private void Triplets(Tensor x, Tensor labels, float margin, float epsilon, bool rooted, Tensor loss, Tensor dx)
    {
        int rows = x.Shape[0], dimension = x.Shape[1];
        var losses = RentWorkspace(x.Device, (long)rows * sizeof(float));
        Launch(TripletModule, "triplet_loss_tuples", TuplesOf(x, dx), new LaunchShape(rows, LossThreads),
            new TripletTuples(x.Address, labels.Address, losses.Address, dx.Address, margin, epsilon, rooted ? 1 : 0, rows, dimension));
        Launch(TripletModule, "triplet_loss_total", KernelVariant.None, TotalOfLosses,
            new TripletTotal(labels.Address, losses.Address, loss.Address, (nint)FaultWord, rows));
        x.Device.Return(losses);
    }

    private static KernelVariant TuplesOf(Tensor x, Tensor dx) => Vectorised(ElementType.Float32, x.Shape[1], x.Address, dx.Address);
}
