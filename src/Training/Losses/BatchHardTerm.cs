using Retrieval.Host;

namespace Retrieval.Training.Losses;

/// <summary>
/// Batch-hard triplet loss: each real row against the farthest of its class and the nearest of another, the mean over the real rows.
/// Padding rows are no anchors but remain candidates.
/// </summary>
public sealed class BatchHardTerm : ILossTerm
{
    private readonly TripletCost _cost;
    private readonly bool _normalizes;

    /// <param name="cost">What a triplet costs.</param>
    /// <param name="source">The output that it works on.</param>
    /// <param name="normalize">Whether rows are brought to unit length first, as the cosine distance has it always.</param>
    /// <exception cref="ArgumentException">A setting is out of range.</exception>
    public BatchHardTerm(TripletCost cost, LossOutputs source = LossOutputs.Embedding, bool normalize = false)
    {
        Uses = LossSource.Demand(source);
        TermChecks.Demand(cost);
        _cost = cost;
        _normalizes = (normalize || cost.Distance == PairDistance.Cosine) && source != LossOutputs.Descriptors;
    }

    /// <inheritdoc/>
    public string Name => "batch-hard";

    /// <inheritdoc/>
    public LossOutputs Uses { get; }

    /// <inheritdoc/>
    public void Compute(LossBatch batch, float weight, Tensor loss)
    {
        Tensor x = batch.Outputs.Of(Uses), dx = batch.Gradients.Of(Uses);
        if (!_normalizes)
        {
            x.Device.Operators.BatchHard(x, batch.Labels, batch.Real, _cost, weight, loss, dx);
            return;
        }
        using var unit = new UnitRows(x);
        x.Device.Operators.BatchHard(unit.Rows, batch.Labels, batch.Real, _cost, weight, loss, unit.Gradient);
        unit.PassOn(dx);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
    }
}
