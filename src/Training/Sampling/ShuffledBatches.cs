using Retrieval.Imaging;
using Retrieval.Imaging.Loading;
using Retrieval.Training.Data;

namespace Retrieval.Training.Sampling;

/// <summary>Batches of the images that have a class, in random order, each as often in a row as asked for.</summary>
internal sealed class ShuffledBatches : IBatchSource
{
    private const ulong Stream = 6;

    private readonly TupleDataset _data;
    private readonly ShuffledSampling _options;
    private readonly ulong _seed;
    private readonly RepeatedAugmentationSampler _sampler;

    /// <summary>The images that have a class.</summary>
    private readonly int[] _images;

    public ShuffledBatches(TupleDataset data, ShuffledSampling options, ulong seed)
    {
        (_data, _options, _seed) = (data, options, seed);
        _images = [.. Enumerable.Range(0, data.Images.Count).Where(image => data.Clusters[image] >= 0)];
        // An epoch of less than a batch is that short batch.
        var dropLast = options.DropLast && _images.Length * options.EpochLength >= options.BatchSize;
        _sampler = new RepeatedAugmentationSampler(_images.Length, options.BatchSize, options.Repetitions, options.EpochLength, dropLast);
        if (_sampler.BatchCount == 0)
            throw new ArgumentException($"epoch length: {options.EpochLength} of {_images.Length} images is less than one image");
    }

    /// <inheritdoc/>
    public EpochPlan Plan(int epoch, IProgress<TrainingProgress>? progress, CancellationToken cancellation)
    {
        var random = new SeededRandom(_seed, Stream, (ulong)epoch);
        var draw = 0;
        var batches = _sampler.Batches(_ => Permutation(random)).Select(images => Array.ConvertAll(images, image => new BatchRow(image, draw++, _data.Clusters[image], _data.Clusters[image])));
        return new EpochPlan([.. batches], new ImageFailures());
    }

    /// <inheritdoc/>
    public void Rehearse(RgbImage image)
    {
        // Choosing takes no memory of the device.
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        // Nothing is held.
    }

    private int[] Permutation(SeededRandom random)
    {
        var result = (int[])_images.Clone();
        random.Shuffle(result.AsSpan());
        return result;
    }
}
