using Retrieval.Imaging;
using Retrieval.Imaging.Augmentation;
using Retrieval.Imaging.Loading;
using Retrieval.Models;
using Retrieval.Training.Data;

namespace Retrieval.Training.Extraction;

/// <summary>
/// MultiGrain's way to choose the pooling exponent p* of a test resolution without a test set (2019, section 4): training images are each
/// augmented several times, every copy looks for the copies of its own image, and the p that finds most is taken. A copy's activation map
/// does not depend on p, so it is computed once for all exponents.
/// </summary>
/// <param name="model">Pools by a generalised mean; its exponent is left as the last that was tried.</param>
/// <param name="augmentation">Gives pictures of one size, by a random resized crop of a given size.</param>
/// <param name="copies">Augmented copies of each image, 2 or more.</param>
/// <param name="seed">Decides what is drawn.</param>
public sealed class ProxyTask(RetrievalModel model, TrainingAugmentation augmentation, int copies, ulong seed)
{
    private const ulong Stream = 11;
    private const int LookAheadImages = 16;

    /// <summary>MultiGrain's "full" augmentation at a resolution: crop, flip, jitter of 0.3, lighting of 0.1.</summary>
    public static TrainingAugmentation FullAugmentation(int side) =>
        new(new RandomResizedCrop(side, side), new HorizontalFlip(), new ColourJitter(), new LightingNoise());

    /// <summary>Descriptors of all copies, before any whitening, at each exponent.</summary>
    /// <param name="images">Training images.</param>
    /// <param name="indices">Which of them.</param>
    /// <param name="exponents">What p is tried.</param>
    /// <param name="options">Threads that load, and how many copies share a pass.</param>
    /// <param name="progress">Told how many images are done.</param>
    /// <param name="cancellation">Stops between two images.</param>
    /// <returns>For each exponent [indices x copies, D], the copies of an image one after another.</returns>
    /// <exception cref="InvalidDataException">An image cannot be read.</exception>
    public float[][] Describe(IImageSource images, IReadOnlyList<int> indices, IReadOnlyList<float> exponents, ExtractionOptions options,
        IProgress<int>? progress = null, CancellationToken cancellation = default)
    {
        var device = model.Device;
        var dimension = model.Network.Description.Dimension;
        var results = exponents.Select(_ => new float[checked(indices.Count * copies * dimension)]).ToArray();
        using var batch = new ImageBatch(device, model.Network.Description.Normalization);
        using var pass = new Pass(device, PassMode.Inference);
        using var pipeline = new OrderedPipeline<AugmentedImage[]>(indices.Count, place => Copies(images, indices[place]), options.LoaderThreads, LookAheadImages, cancellation);
        var done = 0;
        foreach (var shown in pipeline.Items())
        {
            cancellation.ThrowIfCancellationRequested();
            for (var first = 0; first < copies; first += options.BatchSize)
            {
                var count = Math.Min(options.BatchSize, copies - first);
                Describe(batch, shown.AsSpan(first, count), exponents, pass, results, ((done * copies) + first) * dimension);
            }
            done++;
            progress?.Report(done);
        }
        return results;
    }

    private void Describe(ImageBatch batch, ReadOnlySpan<AugmentedImage> shown, IReadOnlyList<float> exponents, Pass pass, float[][] results, int place)
    {
        var network = model.Network;
        network.Prepare();
        var input = batch.Upload(shown);
        var map = network.ActivationMap(input, pass);
        for (var i = 0; i < exponents.Count; i++)
        {
            network.SetExponent(exponents[i]);
            var descriptors = network.Pool(map, pass);
            descriptors.Download<float>(results[i].AsSpan(place, (int)descriptors.Count));
            pass.Release(descriptors);
        }
        pass.Release(map);
        pass.Release(input);
    }

    private AugmentedImage[] Copies(IImageSource images, int index)
    {
        var image = images.Load(index);
        return [.. Enumerable.Range(0, copies).Select(copy => augmentation.Apply(image, new SeededRandom(seed, Stream, (ulong)index, (ulong)copy)))];
    }
}
