namespace Retrieval.Host;

public sealed partial class Operators
{
    /// <summary>
    /// Pairs every row with the others of its group and draws a negative for each pair, with probabilities proportional to 1 / q(d),
    /// q(d) = d^(D-2) (1 - d^2/4)^((D-3)/2), the distribution of distances on the sphere. A row that has no negative within the limit draws
    /// evenly. A row's negatives are drawn without replacement where as many can be drawn as it has pairs. Weights are logarithms
    /// throughout: none underflows.
    /// </summary>
    /// <remarks>
    /// The random numbers follow from seed, step, row and candidate alone and are the same on every device; so are the draws, but for
    /// candidates that the rounding of distances decides between.
    /// </remarks>
    /// <param name="x">[N, D], D at least 3, rows of unit length.</param>
    /// <param name="groups">Int32 [N]: rows of one number are each other's positives (one source image, one class).</param>
    /// <param name="real">Int32 [N], 0 for a padding row, which takes no part; or none.</param>
    /// <param name="draw">Int64 [2]: seed and step.</param>
    /// <param name="rule">Cutoff and limit.</param>
    /// <param name="positives">Receives Int32 [N, P]: the other rows of a row's group in rising order, at most P of them, then -1.</param>
    /// <param name="negatives">Receives Int32 [N, P]: a row of another group for each positive; -1 where there is none.</param>
    /// <param name="probabilities">Receives [N, N]: the chance of each candidate in a row's first draw; or none.</param>
    public void DrawNegatives(Tensor x, Tensor groups, Tensor real, Tensor draw, NegativeDraw rule, Tensor positives, Tensor negatives, Tensor probabilities = default)
    {
        const string op = nameof(DrawNegatives);
        Require.Rank(op, "x", x, 2, _device);
        var count = x.Shape[0];
        Require.That(x.Shape[1] >= 3, op, $"x has {x.Shape[1]} dimensions, expected 3 or more");
        Require.Shape(op, "groups", groups, new Shape(count), _device, ElementType.Int32);
        Require.Optional(op, "real", real, new Shape(count), _device, ElementType.Int32);
        Require.Shape(op, "draw", draw, new Shape(2), _device, ElementType.Int64);
        Require.That(rule is { Cutoff: > 0, Limit: <= 2 } && rule.Cutoff < rule.Limit, op, $"cutoff is {rule.Cutoff} and limit {rule.Limit}, expected 0 < cutoff < limit <= 2");
        RequirePairs(op, positives, negatives, count);
        Require.Optional(op, "probabilities", probabilities, new Shape(count, count), _device);
        _backend.DrawNegatives(x, groups, real, draw, rule, positives, negatives, probabilities);
    }

    /// <summary>
    /// Margin loss with a learnt boundary, loss and gradients in one call: with d = sqrt(|a - b|^2 + epsilon), for each row's pair t the sum of
    /// max(d(row, positive) - beta + margin, 0) and max(beta - d(row, negative) + margin, 0), divided as the cost says.
    /// </summary>
    /// <param name="x">[N, D].</param>
    /// <param name="positives">Int32 [N, P], each below N; -1 for no pair, whatever the negative.</param>
    /// <param name="negatives">Int32 [N, P], each below N; -1 for none.</param>
    /// <param name="beta">[1], the boundary.</param>
    /// <param name="cost">Margin and count.</param>
    /// <param name="weight">Factor of loss and gradients.</param>
    /// <param name="loss">[1], added to.</param>
    /// <param name="dx">[N, D], added to.</param>
    /// <param name="dBeta">[1], added to.</param>
    public void MarginLoss(Tensor x, Tensor positives, Tensor negatives, Tensor beta, MarginCost cost, float weight, Tensor loss, Tensor dx, Tensor dBeta)
    {
        const string op = nameof(MarginLoss);
        Require.Rank(op, "x", x, 2, _device);
        RequirePairs(op, positives, negatives, x.Shape[0]);
        Require.Shape(op, "beta", beta, new Shape(1), _device);
        Require.That(float.IsFinite(cost.Margin) && cost.Epsilon > 0, op, $"margin is {cost.Margin} and epsilon {cost.Epsilon}, expected a finite margin and an epsilon above 0");
        Require.Shape(op, "loss", loss, new Shape(1), _device);
        Require.Shape(op, "dx", dx, x.Shape, _device);
        Require.Shape(op, "dBeta", dBeta, new Shape(1), _device);
        _backend.MarginLoss(x, positives, negatives, beta, cost, weight, loss, dx, dBeta);
    }

    private void RequirePairs(string op, Tensor positives, Tensor negatives, int rows)
    {
        Require.Rank(op, "positives", positives, 2, _device, ElementType.Int32);
        Require.That(positives.Shape[0] == rows, op, $"positives has shape {positives.Shape}, expected {rows} rows");
        Require.Shape(op, "negatives", negatives, positives.Shape, _device, ElementType.Int32);
    }
}
