using Retrieval.Cli.Jobs;
using Retrieval.Datasets.World;
using Retrieval.Evaluation;
using Retrieval.Imaging;
using Retrieval.Training.Data;

namespace Retrieval.Cli.Demo;

/// <summary>What the demo runs on: tuples to train with, and a benchmark of classes or landmarks that are not among them.</summary>
/// <param name="Description">One line for people.</param>
/// <param name="Training">Training images, clusters and queries.</param>
/// <param name="Test">The benchmark.</param>
internal sealed record DemoData(string Description, TupleDataset Training, Benchmark Test)
{
    private const ulong SplitStream = 3;
    private const long CacheByteLimit = 1L << 30;

    /// <summary>Renders the generated world.</summary>
    public static DemoData OfWorld(DemoOptions options, int threads, IProgress<int> progress, CancellationToken cancellation)
    {
        var world = GeneratedWorld.Create(options.World, cancellation);
        var split = WorldSplit.Of(world, DemoOptions.TestLandmarks, DemoOptions.QueriesPerLandmark);
        var images = new RgbImage[world.Views.Count];
        var done = 0;
        world.RenderAll([.. Enumerable.Range(0, images.Length)], (index, image) =>
        {
            images[index] = image;
            progress.Report(Interlocked.Increment(ref done));
        }, threads, cancellation);
        // Training views come first: their numbers among all views are their numbers among the training images.
        var first = split.Training.Count;
        var training = new MemoryImageSource(images[..first], index => world.Views[index].Name);
        var tuples = ReconstructionTuples.Of([.. split.Training.Select(view => world.Views[view].Cluster).Distinct().Select(world.ModelOf)], training);
        var tested = new MemoryImageSource(images[first..], index => world.Views[first + index].Name);
        var test = new Benchmark("generated world", "revisited", tested, [.. split.Database.Select(view => view - first)], [.. split.Queries.Select(view => view - first)],
            Benchmark.Revisited(split.GroundTruth()), ScoringRules.Landmarks);
        return new DemoData($"generated world, seed {world.Options.Seed}: {world.Options.Landmarks - DemoOptions.TestLandmarks} landmarks to train on, " +
            $"{DemoOptions.TestLandmarks} others to test on, {world.Options.ViewsPerLandmark} views each, {world.Options.Distractors} distractors, " +
            $"{world.Options.ImageWidth} x {world.Options.ImageHeight}", tuples, test);
    }

    /// <summary>Reads the user's photographs, a folder per class or a list file: a random half of the classes trains, the other half tests, leaving one out.</summary>
    /// <exception cref="InvalidDataException">Too few classes or images.</exception>
    public static DemoData OfImages(string path, DemoOptions options)
    {
        var dataset = DataReader.Classes(path);
        var classes = dataset.Items.CountBy(item => item.Label).Where(pair => pair.Value > 1).Select(pair => pair.Key).Order().ToArray();
        if (classes.Length < 14)
            throw new InvalidDataException($"{path}: the demo needs at least 14 classes with two images each, half to train on and half to test on, got {classes.Length}");
        new SeededRandom((ulong)options.Seed, SplitStream).Shuffle(classes.AsSpan());
        var trained = classes[..(classes.Length / 2)].ToHashSet();
        var tested = classes[(classes.Length / 2)..].ToHashSet();
        var training = dataset.Items.Where(item => trained.Contains(item.Label)).ToArray();
        var images = new FileImageSource([.. training.Select(item => item.Path)], DemoOptions.Sizing, cacheByteLimit: CacheByteLimit);
        var test = ImageDatasetOf(dataset, item => tested.Contains(item.Label));
        return new DemoData($"{dataset.Name}: {trained.Count} classes to train on ({training.Length} images), {tested.Count} others to test on ({test.Items.Count} images)",
            TupleDataset.FromLabels(images, [.. training.Select(item => item.Label)]), Benchmark.LeaveOneOut(test, DemoOptions.Sizing));
    }

    private static Datasets.ImageDataset ImageDatasetOf(Datasets.ImageDataset dataset, Func<Datasets.ImageItem, bool> keep) =>
        Datasets.ImageDataset.OfClasses(dataset.Name, [.. dataset.Items.Where(keep).Select(item => (item.Path, dataset.Classes[item.Label]))], dataset.Provenance);
}
