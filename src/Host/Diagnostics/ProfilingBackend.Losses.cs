namespace Retrieval.Host.Diagnostics;

internal sealed partial class ProfilingBackend
{
    public void BatchHard(Tensor x, Tensor labels, Tensor anchors, TripletCost cost, float weight, Tensor loss, Tensor dx, HardestPairs hardest)
    {
        using var call = Begin(nameof(BatchHard), OperatorWork.BatchHard(x, labels, dx), x);
        inner.BatchHard(x, labels, anchors, cost, weight, loss, dx, hardest);
    }

    public void CentroidTriplet(Tensor x, Tensor labels, Tensor real, int slots, TripletCost cost, bool prototypesOnly, float weight, Tensor loss, Tensor dx,
        Tensor prototypes, HardestPairs hardest)
    {
        using var call = Begin(nameof(CentroidTriplet), OperatorWork.CentroidTriplet(x, labels, slots, dx), x);
        inner.CentroidTriplet(x, labels, real, slots, cost, prototypesOnly, weight, loss, dx, prototypes, hardest);
    }

    public void CenterLoss(Tensor x, Tensor labels, Tensor real, Tensor centers, float weight, Tensor loss, Tensor dx, Tensor dCenters)
    {
        using var call = Begin(nameof(CenterLoss), OperatorWork.CenterLoss(x, labels, dx), x);
        inner.CenterLoss(x, labels, real, centers, weight, loss, dx, dCenters);
    }

    public void CrossEntropy(Tensor logits, Tensor labels, Tensor real, float smoothing, float weight, Tensor loss, Tensor dLogits, Tensor correct)
    {
        using var call = Begin(nameof(CrossEntropy), OperatorWork.Elements(logits, 8, labels, real, loss, dLogits, correct), logits);
        inner.CrossEntropy(logits, labels, real, smoothing, weight, loss, dLogits, correct);
    }

    public void DrawNegatives(Tensor x, Tensor groups, Tensor real, Tensor draw, NegativeDraw rule, Tensor positives, Tensor negatives, Tensor probabilities)
    {
        using var call = Begin(nameof(DrawNegatives), OperatorWork.DrawNegatives(x, positives, negatives, probabilities), x);
        inner.DrawNegatives(x, groups, real, draw, rule, positives, negatives, probabilities);
    }

    public void MarginLoss(Tensor x, Tensor positives, Tensor negatives, Tensor beta, MarginCost cost, float weight, Tensor loss, Tensor dx, Tensor dBeta)
    {
        using var call = Begin(nameof(MarginLoss), OperatorWork.MarginLoss(x, positives, negatives, dx), x);
        inner.MarginLoss(x, positives, negatives, beta, cost, weight, loss, dx, dBeta);
    }
}
