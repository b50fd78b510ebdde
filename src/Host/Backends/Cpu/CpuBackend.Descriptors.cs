namespace Retrieval.Host.Backends.Cpu;

internal sealed unsafe partial class CpuBackend
{
    public void L2Normalize(Tensor x, float epsilon, Tensor y, Tensor norms)
    {
        var runs = new RowRuns(x.Shape[0], x.Shape[1]);
        _team.For(runs.Count, new L2Forward(runs, x.Pointer<float>(), epsilon, y.Pointer<float>(), norms.Pointer<float>()));
    }

    public void L2NormalizeBackward(Tensor y, Tensor norms, Tensor dy, float epsilon, Tensor dx)
    {
        var runs = new RowRuns(y.Shape[0], y.Shape[1]);
        _team.For(runs.Count, new L2Backward(runs, y.Pointer<float>(), norms.Pointer<float>(), dy.Pointer<float>(), epsilon, dx.Pointer<float>()));
    }

    public void GatherRows(Tensor x, Tensor rows, Tensor y) => new ChosenRows(nameof(GatherRows), x, rows, y).Gather();

    public void ScatterAddRows(Tensor dy, Tensor rows, Tensor dx)
    {
        Fill(dx, 0);
        new ChosenRows(nameof(ScatterAddRows), dx, rows, dy).Add();
    }

    public void ContrastiveLoss(Tensor x, Tensor labels, float margin, float epsilon, Tensor loss, Tensor dx)
    {
        var tuples = new TupleGradients(nameof(ContrastiveLoss), x, labels, dx);
        loss.Pointer<float>()[0] = (float)TupleLosses.Contrastive(tuples, margin, epsilon);
    }

    public void TripletLoss(Tensor x, Tensor labels, float margin, Tensor loss, Tensor dx)
    {
        var tuples = new TupleGradients(nameof(TripletLoss), x, labels, dx);
        loss.Pointer<float>()[0] = (float)TupleLosses.Triplet(tuples, new SquaredTriplet(margin));
    }

    public void DistanceTripletLoss(Tensor x, Tensor labels, float margin, float epsilon, Tensor loss, Tensor dx)
    {
        var tuples = new TupleGradients(nameof(DistanceTripletLoss), x, labels, dx);
        loss.Pointer<float>()[0] = (float)TupleLosses.Triplet(tuples, new RootedTriplet(margin, epsilon));
    }
}
