namespace Retrieval.Host.Diagnostics;

/// <summary>Losses over the pairs of a batch. A distance is a difference, a square and a sum an element: 3.</summary>
internal static partial class OperatorWork
{
    /// <summary>Each pair of rows once; then two differences an anchor, each for both of its rows.</summary>
    public static Work BatchHard(Tensor x, Tensor labels, Tensor dx) =>
        new(Bytes(x, labels) + Updated(dx), (3 * x.Count * (x.Shape[0] + 1) / 2) + (12 * x.Count));

    /// <summary>Twice as many rows, of which those of one slot meet; prototypes are written, read, and have a gradient.</summary>
    public static Work CentroidTriplet(Tensor x, Tensor labels, int slots, Tensor dx) =>
        new(Bytes(x, x, x, labels) + Updated(dx, dx), (6 * x.Count * ((x.Shape[0] / slots) + 1)) + ((24 + (4 * slots)) * x.Count));

    /// <summary>Rows, and the centres that they meet with their gradients.</summary>
    public static Work CenterLoss(Tensor x, Tensor labels, Tensor dx) => new(Bytes(x, x, labels) + Updated(dx, dx), 7 * x.Count);

    /// <summary>Every row against all.</summary>
    public static Work DrawNegatives(Tensor x, Tensor positives, Tensor negatives, Tensor probabilities) =>
        new(Bytes(x, positives, negatives, probabilities), 3 * x.Count * x.Shape[0]);

    /// <summary>Two pairs a place of the table: distance and gradients of both rows.</summary>
    public static Work MarginLoss(Tensor x, Tensor positives, Tensor negatives, Tensor dx) =>
        new(Bytes(x, positives, negatives) + Updated(dx), 14 * positives.Count * x.Shape[1]);
}
