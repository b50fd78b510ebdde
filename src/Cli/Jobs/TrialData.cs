using Retrieval.Datasets;
using Retrieval.Datasets.World;
using Retrieval.Evaluation;
using Retrieval.Imaging;
using Retrieval.Training.Data;

namespace Retrieval.Cli.Jobs;

/// <summary>What a trial trains on, and a benchmark of classes or landmarks that are not among them.</summary>
/// <param name="Description">One line for people.</param>
/// <param name="Training">Training images, clusters and queries.</param>
/// <param name="Test">The benchmark.</param>
internal sealed record TrialData(string Description, TupleDataset Training, Benchmark Test)
{
    private const int LeastClasses = 14;
    private const ulong SplitStream = 3;
    private const long CacheByteLimit = 1L << 30;

    /// <summary>The world that the images show: its first views are the training images, the others those of the test, in order. Null for photographs.</summary>
    public GeneratedWorld? World { get; private init; }

    /// <summary>Cluster of each image of the test.</summary>
    public required IReadOnlyList<int> TestClusters { get; init; }

    /// <summary>Renders a generated world.</summary>
    /// <param name="options">The world.</param>
    /// <param name="testLandmarks">Landmarks whose images are never trained on.</param>
    /// <param name="queriesPerLandmark">Queries of each of them.</param>
    /// <param name="threads">Threads that render.</param>
    /// <param name="progress">Told how many images are done; from several threads.</param>
    /// <param name="cancellation">Stops between two images.</param>
    public static TrialData OfWorld(WorldOptions options, int testLandmarks, int queriesPerLandmark, int threads, IProgress<int>? progress, CancellationToken cancellation)
    {
        var world = GeneratedWorld.Create(options, cancellation);
        var split = WorldSplit.Of(world, testLandmarks, queriesPerLandmark);
        var images = new RgbImage[world.Views.Count];
        var done = 0;
        world.RenderAll([.. Enumerable.Range(0, images.Length)], (index, image) =>
        {
            images[index] = image;
            progress?.Report(Interlocked.Increment(ref done));
        }, threads, cancellation);
        // Training views come first: their numbers among all views are their numbers among the training images.
        var first = split.Training.Count;
        var training = new MemoryImageSource(images[..first], index => world.Views[index].Name);
        var tuples = ReconstructionTuples.Of([.. split.Training.Select(view => world.Views[view].Cluster).Distinct().Select(world.ModelOf)], training);
        var tested = new MemoryImageSource(images[first..], index => world.Views[first + index].Name);
        var test = new Benchmark("generated world", "revisited", tested, [.. split.Database.Select(view => view - first)], [.. split.Queries.Select(view => view - first)],
            Benchmark.Revisited(split.GroundTruth()), ScoringRules.Landmarks);
        return new TrialData($"generated world, seed {options.Seed}: {options.Landmarks - testLandmarks} landmarks to train on, " +
            $"{testLandmarks} others to test on, {options.ViewsPerLandmark} views each, {options.Distractors} distractors, {options.ImageWidth} x {options.ImageHeight}", tuples, test)
        {
            World = world,
            TestClusters = [.. world.Views.Skip(first).Select(view => view.Cluster)],
        };
    }

    /// <summary>Reads photographs, a folder per class or a list file: a random half of the classes trains, the other half tests, leaving one out.</summary>
    /// <exception cref="InvalidDataException">Too few classes or images.</exception>
    public static TrialData OfClasses(string path, int seed, ImageSizing sizing)
    {
        var dataset = DataReader.Classes(path);
        var classes = dataset.Items.CountBy(item => item.Label).Where(pair => pair.Value > 1).Select(pair => pair.Key).Order().ToArray();
        if (classes.Length < LeastClasses)
            throw new InvalidDataException($"{path}: expected at least {LeastClasses} classes with two images each, half to train on and half to test on, got {classes.Length}");
        new SeededRandom((ulong)seed, SplitStream).Shuffle(classes.AsSpan());
        var trained = classes[..(classes.Length / 2)].ToHashSet();
        var tested = classes[(classes.Length / 2)..].ToHashSet();
        var training = dataset.Items.Where(item => trained.Contains(item.Label)).ToArray();
        var images = new FileImageSource([.. training.Select(item => item.Path)], sizing, cacheByteLimit: CacheByteLimit);
        var test = ImageDataset.OfClasses(dataset.Name, [.. dataset.Items.Where(item => tested.Contains(item.Label)).Select(item => (item.Path, dataset.Classes[item.Label]))], dataset.Provenance);
        return new TrialData($"{dataset.Name}: {trained.Count} classes to train on ({training.Length} images), {tested.Count} others to test on ({test.Items.Count} images)",
            TupleDataset.FromLabels(images, [.. training.Select(item => item.Label)]), Benchmark.LeaveOneOut(test, sizing))
        {
            TestClusters = test.Labels(),
        };
    }
}
