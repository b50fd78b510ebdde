using Retrieval.Host;

namespace Retrieval.Training.Losses;

/// <summary>
/// Centroid triplet loss (ICONIP 2021) over a batch of identities with as many slots each: every image in turn is its identity's query, the mean
/// of the others its prototype. As the reference code has it, queries and prototypes of a round are all anchors and all candidates, at
/// Euclidean distances; as the paper's formula has it, queries meet prototypes alone, at squared distances.
/// </summary>
public sealed class CentroidTripletTerm : ILossTerm
{
    private readonly int _slots;
    private readonly TripletCost _cost;
    private readonly bool _prototypesOnly;

    /// <param name="slots">Images of an identity, 2 or more.</param>
    /// <param name="margin">How much nearer the own prototype must be.</param>
    /// <param name="paperFormula">Whether the paper's formula counts, rather than the reference code.</param>
    /// <exception cref="ArgumentException">A setting is out of range.</exception>
    public CentroidTripletTerm(int slots, float margin, bool paperFormula = false)
    {
        TermChecks.Demand(slots is >= 2 and <= 1000, "images of an identity in a batch", "2 to 1000", slots);
        _slots = slots;
        _cost = new TripletCost(paperFormula ? PairDistance.SquaredEuclidean : PairDistance.Euclidean, margin);
        TermChecks.Demand(_cost);
        _prototypesOnly = paperFormula;
    }

    /// <inheritdoc/>
    public string Name => "centroid-triplet";

    /// <inheritdoc/>
    public LossOutputs Uses => LossOutputs.Embedding;

    /// <inheritdoc/>
    public void Compute(LossBatch batch, float weight, Tensor loss) => loss.Device.Operators.CentroidTriplet(batch.Outputs.Embedding, batch.Labels, batch.Real, _slots,
        _cost, _prototypesOnly, weight, loss, batch.Gradients.Embedding);

    /// <inheritdoc/>
    public void Dispose()
    {
    }
}
