namespace Retrieval.Host.Diagnostics;

/// <summary>NetVLAD: products of the map with as many rows as there are clusters.</summary>
internal static partial class OperatorWork
{
    /// <summary>2 N H W (K + G) C for the logits and 2 N H W K C for the residuals.</summary>
    public static Work NetVlad(Tensor x, NetVladWeights weights, NetVladState state, Tensor y) =>
        new(Bytes(x, weights.Assignment, weights.Bias, weights.Centroids, state.Scales, state.Assignment, state.Mass, state.Norms, y), Terms(x, weights.Assignment) + Terms(x, weights.Centroids));

    /// <summary>Logits: 2 N H W (K + G) C; residuals: 2 N H W K C. The assignment's gradient costs residuals, the map's both, that of W logits.</summary>
    public static Work NetVladBackward(Tensor x, NetVladWeights weights, NetVladState state, Tensor y, Tensor dy, Tensor dx, NetVladWeights gradients)
    {
        long logits = Terms(x, weights.Assignment), residuals = Terms(x, weights.Centroids);
        return new Work(
            Bytes(x, weights.Assignment, weights.Centroids, state.Scales, state.Assignment, state.Mass, state.Norms, y, dy, dx) + Updated(gradients.Assignment, gradients.Bias, gradients.Centroids),
            (2 * residuals) + logits + (gradients.Assignment.IsNone ? 0 : logits));
    }

    private static long Terms(Tensor map, Tensor rows) => 2 * map.Count * rows.Shape[0];
}
