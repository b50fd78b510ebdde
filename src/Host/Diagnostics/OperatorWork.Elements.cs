namespace Retrieval.Host.Diagnostics;

/// <summary>Elementwise operators, descriptors, losses and optimisers.</summary>
internal static partial class OperatorWork
{
    /// <summary>A few operations for each element of the first tensor.</summary>
    public static Work Elements(Tensor x, int perElement, params ReadOnlySpan<Tensor> others) => new(Bytes(x) + Bytes(others), x.Count * perElement);

    /// <summary>y = alpha x + beta y: 3, and y is read; with beta 0: 1.</summary>
    public static Work AddScaled(Tensor x, float beta, Tensor y) => new(Bytes(x) + Target(y, beta != 0), x.Count * (beta != 0 ? 3 : 1));

    public static Work ColumnSum(Tensor x, Tensor y, bool accumulate) => new(Bytes(x) + Target(y, accumulate), x.Count);

    /// <summary>Three interpolations of 3 each for an output element; of the input no more is read than four values each.</summary>
    public static Work ResizeBilinear(Tensor x, Tensor y) => new(Math.Min(Bytes(x), 4 * Bytes(y)) + Bytes(y), 9 * y.Count);

    /// <summary>The first axis is reduced: power and sum for each element.</summary>
    public static Work AggregateScales(Tensor x, Tensor y) => Elements(x, 2, y);

    /// <summary>Chosen rows are copied from a matrix that is small beside them.</summary>
    public static Work Rows(Tensor rows, Tensor chosen) => new(Bytes(rows) + (2 * Bytes(chosen)), 0);

    /// <summary>Chosen rows are added up to those of a matrix.</summary>
    public static Work Rows(Tensor rows, Tensor chosen, Tensor matrix) => new(Bytes(rows, chosen, matrix), chosen.Count);

    /// <summary>Each tuple's rows against its query: difference, square, sum (3) and the gradient of both (3).</summary>
    public static Work TupleLoss(Tensor x, Tensor labels, Tensor loss, Tensor dx) => Elements(x, 6, labels, loss, dx);

    /// <summary>
    /// Weights, moments and gradient are read, weights and moments written back. First moment 3, second 4, step 5, decay 2: 14 a weight.
    /// </summary>
    public static Work Adam(ReadOnlySpan<OptimizerSlot> slots)
    {
        var work = default(Work);
        foreach (var slot in slots)
            work += new Work(Bytes(slot.Gradient, slot.Working) + Updated(slot.Weights, slot.Momentum, slot.SecondMoment), 14 * slot.Weights.Count);
        return work;
    }

    /// <summary>Decay 2, momentum 2, step 2: 6 a weight.</summary>
    public static Work Sgd(ReadOnlySpan<OptimizerSlot> slots)
    {
        var work = default(Work);
        foreach (var slot in slots)
            work += new Work(Bytes(slot.Gradient, slot.Working) + Updated(slot.Weights, slot.Momentum), 6 * slot.Weights.Count);
        return work;
    }

    /// <summary>Square and sum.</summary>
    public static Work GradientNorm(ReadOnlySpan<Tensor> gradients, Tensor norm) => new(Bytes(gradients) + Bytes(norm), 2 * Count(gradients));

    /// <summary>One product each, in place.</summary>
    public static Work ClipGradients(ReadOnlySpan<Tensor> gradients, Tensor norm) => new(Updated(gradients) + Bytes(norm), Count(gradients));

    private static long Count(ReadOnlySpan<Tensor> tensors)
    {
        long sum = 0;
        foreach (var tensor in tensors)
            sum += tensor.Count;
        return sum;
    }
}
