using Retrieval.Models;
using Retrieval.Training.Data;
using Retrieval.Training.Extraction;

namespace Retrieval.Training.Sampling;

/// <summary>Images in random order, as for classification; each may stand several times in a row, differently augmented (MultiGrain, 2019).</summary>
/// <param name="BatchSize">Images of a batch.</param>
/// <param name="Repetitions">How often each image stands in a row: 1 for plain classification, 3 in MultiGrain.</param>
/// <param name="EpochLength">Images of an epoch over images of the data.</param>
/// <param name="DropLast">Whether a short last batch is left out; an epoch always has one batch.</param>
public sealed record ShuffledSampling(int BatchSize, int Repetitions = 1, double EpochLength = 1, bool DropLast = true) : SamplingOptions
{
    /// <inheritdoc/>
    public override BatchLayout Layout => new(1, 1, BatchSize, "images");

    /// <inheritdoc/>
    public override void Validate()
    {
        if (BatchSize is < 2 or > 100_000)
            throw new ArgumentException($"images a batch: expected 2 to 100000, got {BatchSize}");
        if (Repetitions is < 1 or > 100)
            throw new ArgumentException($"repetitions: expected 1 to 100, got {Repetitions}");
        if (EpochLength is not (>= 0.01 and <= 100))
            throw new ArgumentException($"epoch length: expected 0.01 to 100, got {EpochLength}");
    }

    /// <inheritdoc/>
    public override IBatchSource Create(RetrievalModel model, TupleDataset data, ExtractionOptions extraction, ulong seed) => new ShuffledBatches(data, this, seed);
}
