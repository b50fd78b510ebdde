namespace Retrieval.Host;

public sealed partial class Operators
{
    /// <summary>
    /// Batch-hard triplet loss, loss and gradient in one call: each anchor against the farthest row of its own label (itself counts, at the
    /// smallest distance) and the nearest row of another label. The loss is the mean over the anchors; where all rows have one label it
    /// is 0. Distances are computed in tiles and mined there: memory grows with N, not with its square.
    /// </summary>
    /// <param name="x">[N, D]; of unit length for <see cref="PairDistance.Cosine"/>.</param>
    /// <param name="labels">Int32 [N].</param>
    /// <param name="anchors">Int32 [N], 0 for a row that is no anchor but still a candidate, as padding is; or none.</param>
    /// <param name="cost">What a triplet costs.</param>
    /// <param name="weight">Factor of loss and gradient.</param>
    /// <param name="loss">[1], added to.</param>
    /// <param name="dx">[N, D], added to.</param>
    /// <param name="hardest">Receives what was found, for all N rows; all of it or nothing.</param>
    public void BatchHard(Tensor x, Tensor labels, Tensor anchors, TripletCost cost, float weight, Tensor loss, Tensor dx, HardestPairs hardest = default)
    {
        const string op = nameof(BatchHard);
        RequireLoss(op, x, labels, loss, dx);
        Require.Optional(op, "anchors", anchors, labels.Shape, _device, ElementType.Int32);
        RequireCost(op, cost);
        RequireHardest(op, hardest, x.Shape[0]);
        _backend.BatchHard(x, labels, anchors, cost, weight, loss, dx, hardest);
    }

    /// <summary>
    /// Centroid triplet loss (ICONIP 2021), loss and gradient in one call. The batch holds identities of K slots each. In round k every
    /// identity whose slot k is real, and which has another real slot, shows that slot as its query and the mean of its other real slots as
    /// its prototype. Queries and prototypes of a round are all anchors: the positive is the farthest of the own label, which is the
    /// partner; the negative is the nearest of another label, query or prototype. The loss is the mean over the anchors of a round, then
    /// over the rounds with at least two labels. Gradients flow through the prototypes.
    /// </summary>
    /// <param name="x">[N, D], N a multiple of the slots, the slots of an identity one after another.</param>
    /// <param name="labels">Int32 [N], one label an identity.</param>
    /// <param name="real">Int32 [N], 0 for a slot without an image; or none where all are filled.</param>
    /// <param name="slots">K, at least 2.</param>
    /// <param name="cost">What a triplet costs.</param>
    /// <param name="prototypesOnly">The paper's formula, with squared distances: only queries are anchors, and they meet prototypes alone.</param>
    /// <param name="weight">Factor of loss and gradient.</param>
    /// <param name="loss">[1], added to.</param>
    /// <param name="dx">[N, D], added to.</param>
    /// <param name="prototypes">Receives [N, D]: the prototype that faces each slot, zeros where it takes no part; or none.</param>
    /// <param name="hardest">Receives what was found for the 2 N rows x, prototypes; all of it or nothing.</param>
    public void CentroidTriplet(Tensor x, Tensor labels, Tensor real, int slots, TripletCost cost, bool prototypesOnly, float weight, Tensor loss, Tensor dx,
        Tensor prototypes = default, HardestPairs hardest = default)
    {
        const string op = nameof(CentroidTriplet);
        RequireLoss(op, x, labels, loss, dx);
        Require.Optional(op, "real", real, labels.Shape, _device, ElementType.Int32);
        Require.That(slots >= 2 && x.Shape[0] % slots == 0, op, $"x has {x.Shape[0]} rows, expected a multiple of {slots} slots, at least 2");
        RequireCost(op, cost);
        Require.Optional(op, "prototypes", prototypes, x.Shape, _device);
        RequireHardest(op, hardest, checked(2 * x.Shape[0]));
        _backend.CentroidTriplet(x, labels, real, slots, cost, prototypesOnly, weight, loss, dx, prototypes, hardest);
    }

    private static void RequireCost(string op, TripletCost cost) =>
        Require.That(cost.Soft || float.IsFinite(cost.Margin), op, $"margin is {cost.Margin}, expected a finite number");

    private void RequireHardest(string op, HardestPairs hardest, int rows)
    {
        if (hardest.Positives.IsNone && hardest.Negatives.IsNone && hardest.PositiveDistances.IsNone && hardest.NegativeDistances.IsNone)
            return;
        Require.Shape(op, "positives", hardest.Positives, new Shape(rows), _device, ElementType.Int32);
        Require.Shape(op, "negatives", hardest.Negatives, new Shape(rows), _device, ElementType.Int32);
        Require.Shape(op, "positive distances", hardest.PositiveDistances, new Shape(rows), _device);
        Require.Shape(op, "negative distances", hardest.NegativeDistances, new Shape(rows), _device);
    }
}
