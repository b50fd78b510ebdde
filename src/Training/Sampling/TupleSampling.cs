using Retrieval.Models;
using Retrieval.Training.Data;
using Retrieval.Training.Extraction;
using Retrieval.Training.Mining;

namespace Retrieval.Training.Sampling;

/// <summary>Tuples of a query, its positive and hard negatives, mined each epoch.</summary>
/// <param name="Mining">How they are chosen.</param>
/// <param name="TuplesPerStep">Tuples of a batch, whose gradients are summed (5 in the TPAMI 2018 paper).</param>
/// <param name="BatchNegatives">Whether the other tuples of a batch serve a query as further negatives; only with batch statistics, where they share a pass.</param>
public sealed record TupleSampling(MiningOptions Mining, int TuplesPerStep = 5, bool BatchNegatives = false) : SamplingOptions
{
    /// <inheritdoc/>
    public override BatchLayout Layout => new(Mining.Negatives + 2, Mining.Negatives + 2, TuplesPerStep, "tuples", GroupsStandAlone: true);

    /// <inheritdoc/>
    public override bool GivesTuples => true;

    /// <inheritdoc/>
    public override bool TuplesMeet => BatchNegatives;

    /// <inheritdoc/>
    public override void Validate()
    {
        Mining.Validate();
        if (TuplesPerStep is < 1 or > 10000)
            throw new ArgumentException($"tuples a step: expected 1 to 10000, got {TuplesPerStep}");
    }

    /// <inheritdoc/>
    public override IBatchSource Create(RetrievalModel model, TupleDataset data, ExtractionOptions extraction, ulong seed) =>
        new TupleBatches(new TupleMiner(model, data, Mining, extraction, seed), data, this);
}
