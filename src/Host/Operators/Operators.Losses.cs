namespace Retrieval.Host;

public sealed partial class Operators
{
    /// <summary>
    /// Contrastive loss over tuples (TPAMI 2018, eq. 7), loss and gradient in one pass. With d = sqrt( sum_j (q_j - x_j + epsilon)^2 ):
    /// d^2 / 2 for a positive, max(margin - d, 0)^2 / 2 for a negative, summed over all rows.
    /// </summary>
    /// <param name="x">Descriptors [M, D], tuples one after another, each beginning with its query.</param>
    /// <param name="labels">Int32 [M]: -1 query, 1 its positive, 0 its negative, 2 for a row that stands where a negative may but is ignored: no loss, no gradient, whatever it holds.</param>
    /// <param name="margin">Distance beyond which a negative costs nothing.</param>
    /// <param name="epsilon">Added to every signed difference: keeps the gradient finite for identical rows.</param>
    /// <param name="loss">[1], overwritten.</param>
    /// <param name="dx">Receives the gradient [M, D].</param>
    public void ContrastiveLoss(Tensor x, Tensor labels, float margin, float epsilon, Tensor loss, Tensor dx)
    {
        RequireLoss(nameof(ContrastiveLoss), x, labels, loss, dx);
        _backend.ContrastiveLoss(x, labels, margin, epsilon, loss, dx);
    }

    /// <summary>
    /// Triplet loss over tuples of one query, one positive and any number of negatives, loss and gradient in one pass: the sum over
    /// negatives of max( |q - p|^2 - |q - n|^2 + margin, 0 ).
    /// </summary>
    /// <param name="x">Descriptors [M, D], tuples one after another, each a query, its positive, its negatives.</param>
    /// <param name="labels">Int32 [M]: -1 query, 1 its positive, 0 its negative, 2 for a row that stands where a negative may but is ignored: no loss, no gradient, whatever it holds.</param>
    /// <param name="margin">How much nearer the positive must be.</param>
    /// <param name="loss">[1], overwritten.</param>
    /// <param name="dx">Receives the gradient [M, D].</param>
    public void TripletLoss(Tensor x, Tensor labels, float margin, Tensor loss, Tensor dx)
    {
        RequireLoss(nameof(TripletLoss), x, labels, loss, dx);
        _backend.TripletLoss(x, labels, margin, loss, dx);
    }

    /// <summary>
    /// As <see cref="TripletLoss"/> with distances that are not squared, as the reference port of NetVLAD has it: the sum over negatives of
    /// max( d(q,p) - d(q,n) + margin, 0 ), d(a,b) = sqrt( sum_j (a_j - b_j + epsilon)^2 ).
    /// </summary>
    /// <param name="x">Descriptors [M, D], tuples one after another, each a query, its positive, its negatives.</param>
    /// <param name="labels">Int32 [M], as for <see cref="TripletLoss"/>.</param>
    /// <param name="margin">How much nearer the positive must be.</param>
    /// <param name="epsilon">Added to every signed difference: keeps the gradient finite for identical rows.</param>
    /// <param name="loss">[1], overwritten.</param>
    /// <param name="dx">Receives the gradient [M, D].</param>
    public void DistanceTripletLoss(Tensor x, Tensor labels, float margin, float epsilon, Tensor loss, Tensor dx)
    {
        RequireLoss(nameof(DistanceTripletLoss), x, labels, loss, dx);
        _backend.DistanceTripletLoss(x, labels, margin, epsilon, loss, dx);
    }

    private void RequireLoss(string op, Tensor x, Tensor labels, Tensor loss, Tensor dx)
    {
        Require.Rank(op, "x", x, 2, _device);
        Require.Shape(op, "labels", labels, new Shape(x.Shape[0]), _device, ElementType.Int32);
        Require.Shape(op, "loss", loss, new Shape(1), _device);
        Require.Shape(op, "dx", dx, x.Shape, _device);
    }
}
