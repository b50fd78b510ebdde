using Retrieval.Imaging;
using Retrieval.Training.Data;
using Retrieval.Training.Mining;

namespace Retrieval.Training.Sampling;

/// <summary>Batches of mined tuples, each a query, its positive, its negatives.</summary>
internal sealed class TupleBatches(TupleMiner miner, TupleDataset data, TupleSampling options) : IBatchSource
{
    /// <inheritdoc/>
    public EpochPlan Plan(int epoch, IProgress<TrainingProgress>? progress, CancellationToken cancellation)
    {
        var mined = miner.Mine(epoch, progress, cancellation);
        if (!double.IsFinite(mined.MeanPositiveDistance + mined.MeanNegativeDistance))
            throw new TrainingDivergedException(epoch, "the descriptors are");
        var rows = mined.Tuples.SelectMany(tuple => tuple.Images.Select((image, place) => (Image: image, Place: place)))
            .Select((row, draw) => new BatchRow(row.Image, draw, row.Place switch { 0 => -1, 1 => 1, _ => 0 }, data.Clusters[row.Image]));
        return new EpochPlan([.. rows.Chunk(options.Layout.GroupSize * options.TuplesPerStep)], mined.Failures)
        {
            MeanPositiveDistance = mined.MeanPositiveDistance,
            MeanNegativeDistance = mined.MeanNegativeDistance,
        };
    }

    /// <inheritdoc/>
    public void Rehearse(RgbImage image) => miner.Rehearse(image);

    /// <inheritdoc/>
    public void Dispose() => miner.Dispose();
}
