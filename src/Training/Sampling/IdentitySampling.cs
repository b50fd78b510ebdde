using Retrieval.Models;
using Retrieval.Training.Data;
using Retrieval.Training.Extraction;

namespace Retrieval.Training.Sampling;

/// <summary>Batches of P identities (classes) x K images (ICONIP 2021); an identity with fewer images left is filled up with rows that are not real.</summary>
/// <param name="Identities">P, at least 2.</param>
/// <param name="Instances">K, at least 2.</param>
public sealed record IdentitySampling(int Identities, int Instances) : SamplingOptions
{
    /// <inheritdoc/>
    public override BatchLayout Layout => new(Instances, LeastReal: 2, Identities, "identities");

    /// <inheritdoc/>
    public override void Validate()
    {
        if (Identities is < 2 or > 10000)
            throw new ArgumentException($"identities a batch: expected 2 to 10000, got {Identities}");
        if (Instances is < 2 or > 1000)
            throw new ArgumentException($"images of an identity: expected 2 to 1000, got {Instances}");
    }

    /// <inheritdoc/>
    public override IBatchSource Create(RetrievalModel model, TupleDataset data, ExtractionOptions extraction, ulong seed) => new IdentityBatches(data, this, seed);
}
