using Retrieval.Host;
using Retrieval.Host.Diagnostics;

namespace Retrieval.Cli.Profiling.Kernels;

/// <summary>Losses over the pairs of a batch and over classes: a re-identification batch, and one of repeated augmentations.</summary>
internal static class LossKernels
{
    private const int Slots = 4;

    private static readonly TripletCost Triplets = new(PairDistance.Euclidean, 0.3f);

    public static IEnumerable<KernelCase> Cases(KernelSizes sizes)
    {
        var rows = new Shape(sizes.Of(512, 8), sizes.Of(2048, 32));
        long values = rows.Count, others = rows[0];
        yield return Case("batch_hard", rows, new Work(12 * values, (3 * values * others / 2) + (12 * values)), (tensors, x, dx, loss) =>
        {
            var labels = Labels(tensors, rows[0], Slots);
            return () => tensors.Operators.BatchHard(x, labels, Tensor.None, Triplets, 1, loss, dx);
        });
        yield return Case("centroid_triplet", rows, new Work(28 * values, (6 * values * ((others / Slots) + 1)) + (40 * values)), (tensors, x, dx, loss) =>
        {
            var labels = Labels(tensors, rows[0], Slots);
            return () => tensors.Operators.CentroidTriplet(x, labels, Tensor.None, Slots, Triplets, false, 1, loss, dx);
        });
        yield return Case("center_loss", rows, new Work(24 * values, 7 * values), (tensors, x, dx, loss) =>
        {
            Tensor labels = Labels(tensors, rows[0], Slots), centers = tensors.Random(rows), dCenters = tensors.Zeros(rows);
            return () => tensors.Operators.CenterLoss(x, labels, Tensor.None, centers, 1, loss, dx, dCenters);
        });
        yield return Margin("margin_loss", rows, perRow: 2);
        yield return Margin("pair_gradient", rows, perRow: sizes.Of(32, 3));
        yield return Case("draw_negatives", rows, new Work((4 * values) + (16 * others), 3 * values * others), (tensors, x, _, _) =>
        {
            Tensor groups = Labels(tensors, rows[0], 3), draw = tensors.Of<long>(new Shape(2), [1, 1]), positives = tensors.Empty(new Shape(rows[0], 2), ElementType.Int32), negatives = tensors.Empty(positives.Shape, ElementType.Int32);
            return () => tensors.Operators.DrawNegatives(x, groups, Tensor.None, draw, new NegativeDraw(0.5f, 1.4f), positives, negatives);
        });
        var logits = new Shape(sizes.Of(64, 4), sizes.Of(100_000, 100));
        yield return Case("cross_entropy", logits, new Work(8 * logits.Count, 8 * logits.Count), (tensors, x, dx, loss) =>
        {
            var labels = Labels(tensors, logits[0], 1);
            return () => tensors.Operators.CrossEntropy(x, labels, Tensor.None, 0.1f, 1, loss, dx, Tensor.None);
        });
    }

    private static KernelCase Margin(string kernel, Shape rows, int perRow)
    {
        var table = new Shape(rows[0], perRow);
        return Case(kernel, rows, new Work((12 * rows.Count) + (8 * table.Count), 14 * table.Count * rows[1]), (tensors, x, dx, loss) =>
        {
            Tensor positives = tensors.Of<int>(table, [.. Enumerable.Range(0, (int)table.Count).Select(place => ((place / perRow) + (place % perRow) + 1) % rows[0])]);
            Tensor negatives = tensors.Of<int>(table, [.. Enumerable.Range(0, (int)table.Count).Select(place => place * 7 % rows[0])]), beta = tensors.Constant(new Shape(1), 100), dBeta = tensors.Zeros(new Shape(1));
            return () => tensors.Operators.MarginLoss(x, positives, negatives, beta, new MarginCost(100), 1, loss, dx, dBeta);
        });
    }

    private static KernelCase Case(string kernel, Shape rows, Work work, Func<KernelTensors, Tensor, Tensor, Tensor, Action> prepare) =>
        new(kernel, ElementType.Float32, rows, work, tensors => prepare(tensors, tensors.Random(rows), tensors.Zeros(rows), tensors.Zeros(new Shape(1))));

    /// <summary>Classes of as many rows each.</summary>
    private static Tensor Labels(KernelTensors tensors, int rows, int each) => tensors.Of<int>(new Shape(rows), [.. Enumerable.Range(0, rows).Select(row => row / each)]);
}
