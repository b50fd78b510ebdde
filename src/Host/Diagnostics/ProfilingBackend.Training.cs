namespace Retrieval.Host.Diagnostics;

internal sealed partial class ProfilingBackend
{
    public void GatherRows(Tensor x, Tensor rows, Tensor y)
    {
        using var call = Begin(nameof(GatherRows), OperatorWork.Rows(rows, y), y);
        inner.GatherRows(x, rows, y);
    }

    public void ScatterAddRows(Tensor dy, Tensor rows, Tensor dx)
    {
        using var call = Begin(nameof(ScatterAddRows), OperatorWork.Rows(rows, dy, dx), dy);
        inner.ScatterAddRows(dy, rows, dx);
    }

    public void ContrastiveLoss(Tensor x, Tensor labels, float margin, float epsilon, Tensor loss, Tensor dx)
    {
        using var call = Begin(nameof(ContrastiveLoss), OperatorWork.TupleLoss(x, labels, loss, dx), x);
        inner.ContrastiveLoss(x, labels, margin, epsilon, loss, dx);
    }

    public void TripletLoss(Tensor x, Tensor labels, float margin, Tensor loss, Tensor dx)
    {
        using var call = Begin(nameof(TripletLoss), OperatorWork.TupleLoss(x, labels, loss, dx), x);
        inner.TripletLoss(x, labels, margin, loss, dx);
    }

    public void DistanceTripletLoss(Tensor x, Tensor labels, float margin, float epsilon, Tensor loss, Tensor dx)
    {
        using var call = Begin(nameof(DistanceTripletLoss), OperatorWork.TupleLoss(x, labels, loss, dx), x);
        inner.DistanceTripletLoss(x, labels, margin, epsilon, loss, dx);
    }

    public void Adam(ReadOnlySpan<OptimizerSlot> slots, AdamStep step)
    {
        using var call = Begin(nameof(Adam), OperatorWork.Adam(slots), slots.Length);
        inner.Adam(slots, step);
    }

    public void Sgd(ReadOnlySpan<OptimizerSlot> slots, SgdStep step)
    {
        using var call = Begin(nameof(Sgd), OperatorWork.Sgd(slots), slots.Length);
        inner.Sgd(slots, step);
    }

    public void GradientNorm(ReadOnlySpan<Tensor> gradients, Tensor norm)
    {
        using var call = Begin(nameof(GradientNorm), OperatorWork.GradientNorm(gradients, norm), gradients.Length);
        inner.GradientNorm(gradients, norm);
    }

    public void ClipGradients(ReadOnlySpan<Tensor> gradients, Tensor norm, float limit)
    {
        using var call = Begin(nameof(ClipGradients), OperatorWork.ClipGradients(gradients, norm), gradients.Length);
        inner.ClipGradients(gradients, norm, limit);
    }

    /// <summary>Begins an operator's call on a list of tensors.</summary>
    private CallScope Begin(string name, Work work, int count) => profile.Begin(name, CallKind.Operator, ElementType.Float32, new Shape(count), new Shape(), work);
}
