using Retrieval.Cli.Jobs;
using Retrieval.Datasets.World;
using Retrieval.Evaluation;
using Retrieval.Host;
using Retrieval.Models;
using Retrieval.Training;
using Retrieval.Training.Clustering;
using Retrieval.Training.Data;
using Retrieval.Training.Extraction;
using Retrieval.Training.Recipes;
using Retrieval.Training.Recipes.Sections;

namespace Retrieval.Cli.Reproduce;

/// <summary>What every study does with one seed on one device: make data, train by a recipe, describe, score.</summary>
/// <param name="session">The wish to stop.</param>
/// <param name="device">Where it computes.</param>
/// <param name="threads">Threads that load and render.</param>
/// <param name="seed">Decides everything that is drawn.</param>
/// <param name="isRehearsal">Whether worlds are small and training ends after one epoch: what is measured then means nothing, but all is done that a run does.</param>
internal sealed class Lab(Session session, Device device, int threads, int seed, bool isRehearsal = false)
{
    private const int BatchSize = 32;
    private const int RehearsedLandmarks = 48, RehearsedTestLandmarks = 8, RehearsedViews = 6;

    public Device Device => device;

    public int Threads => threads;

    public int Seed => seed;

    public CancellationToken Cancellation => session.Cancellation;

    /// <summary>A built-in recipe with other values: <c>key=value</c>.</summary>
    public static Recipe Recipe(string name, params ReadOnlySpan<string> assignments)
    {
        var recipe = BuiltInRecipes.Find(name);
        foreach (var assignment in assignments)
            recipe = recipe.With(assignment);
        return recipe;
    }

    /// <summary>
    /// A recipe of mined tuples, set up as it learns most from nothing in ten epochs: the triplet loss with the tuples of a step as each other's negatives. By the papers' contrastive loss a small
    /// network without any pretraining comes half as far in the same time.
    /// </summary>
    public static Recipe TupleRecipe(string name) => Recipe(name, "losses.contrastive.weight=0", "losses.triplet.weight=1", "losses.triplet.margin=0.2", "sampling.negatives=1", "sampling.tuples=24",
        "sampling.queries=1200", "sampling.pool=600", "data.cropArea=0.7", "data.flip=0", "schedule.rate=3e-3", "schedule.factor=0.79", "schedule.epochs=10");

    /// <summary>A generated world of this seed.</summary>
    public TrialData World(WorldOptions options, int testLandmarks, int queriesPerLandmark)
    {
        if (isRehearsal)
            (options, testLandmarks) = (options with { Landmarks = RehearsedLandmarks, ViewsPerLandmark = RehearsedViews, Distractors = 0 }, RehearsedTestLandmarks);
        return TrialData.OfWorld(options with { Seed = seed }, testLandmarks, queriesPerLandmark, threads, null, Cancellation);
    }

    /// <summary>The user's photographs, their classes divided by this seed.</summary>
    public TrialData Photographs(string path, ImageSizing sizing) => TrialData.OfClasses(path, seed, sizing);

    /// <summary>A recipe's network before its training.</summary>
    /// <param name="images">What a pooling that needs a start takes it from.</param>
    /// <param name="recipe">The recipe.</param>
    /// <param name="start">A network whose parameters it begins with where they have the same names; null to begin with nothing.</param>
    public RetrievalModel Create(IImageSource images, Recipe recipe, RetrievalModel? start = null)
    {
        var model = new RetrievalModel(new DescriptorNetwork(device, NetworkSection.Create(recipe)));
        try
        {
            WeightInitializer.Initialize(model.Network.Parameters, (ulong)seed);
            foreach (var parameter in start?.Network.Parameters.All ?? [])
                if (model.Network.Parameters.TryGet(parameter.Name, out var own))
                    own!.Set(parameter.Value.ToArray<float>());
            if (NetVladInitializer.Applies(model.Network))
                NetVladInitializer.Initialize(model.Network, images, new NetVladInitialization(), (ulong)seed, cancellation: Cancellation);
            return model;
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }

    /// <summary>Trains a recipe's network to its last epoch.</summary>
    /// <param name="data">The data.</param>
    /// <param name="recipe">The recipe.</param>
    /// <param name="start">As for <see cref="Create"/>.</param>
    public RetrievalModel Train(TupleDataset data, Recipe recipe, RetrievalModel? start = null) => Train(data, recipe, start, out _);

    /// <summary>As above, with the classifier, which is the caller's; null where the recipe trains none. Its classes are the data's clusters in order.</summary>
    public RetrievalModel Train(TupleDataset data, Recipe recipe, RetrievalModel? start, out Classifier? classifier)
    {
        var model = Create(data.Images, recipe, start);
        try
        {
            using var trainer = new Trainer(model, data, RecipeTraining.Options(recipe, fineTuning: false, (ulong)seed), new ExtractionOptions(BatchSize, threads));
            for (var epochs = isRehearsal ? 1 : recipe.Get(ScheduleSection.Epochs); trainer.History.Count < epochs;)
                trainer.RunEpoch(null, Cancellation);
            classifier = trainer.Classifier([.. data.Clusters.Distinct().Order().Select(cluster => $"{cluster}")]);
            return model;
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }

    /// <summary>Descriptors of all images, [N, D], before any whitening.</summary>
    /// <param name="model">The network.</param>
    /// <param name="images">The images.</param>
    /// <param name="normalize">Whether they have unit length.</param>
    public float[] Describe(RetrievalModel model, IImageSource images, bool normalize = true)
    {
        using var extractor = new DescriptorExtractor(model, new ExtractionOptions(BatchSize, threads) { Whiten = false, Normalize = normalize });
        return extractor.ExtractAll(images, [.. Enumerable.Range(0, images.Count)], null, Cancellation);
    }

    /// <summary>Share of images of which the classifier scores the right class highest, in percent.</summary>
    /// <param name="model">A network with its classifier.</param>
    /// <param name="images">The images.</param>
    /// <param name="labels">The class of each.</param>
    public double Accuracy(RetrievalModel model, IImageSource images, IReadOnlyList<int> labels)
    {
        var accuracy = new TopAccuracy();
        using var extractor = new DescriptorExtractor(model, new ExtractionOptions(BatchSize, threads) { ClassScores = true });
        extractor.Extract(images, [.. Enumerable.Range(0, images.Count)], (image, scores) => accuracy.Add(scores, labels[image]), null, Cancellation);
        return 100 * accuracy.Top1;
    }

    /// <summary>A benchmark's figures; the middle ones where the protocol has variants.</summary>
    public RetrievalFigures Figures(Benchmark benchmark, float[] descriptors, Expansion? expansion = null)
    {
        var figures = BenchmarkScorer.Score(device, benchmark, descriptors, new Protocol("", ""), expansion);
        return figures[figures.Count / 2];
    }

    /// <summary>Mean average precision in percent.</summary>
    public double Map(Benchmark benchmark, float[] descriptors, Expansion? expansion = null) => 100 * Figures(benchmark, descriptors, expansion).MeanAveragePrecision;

    /// <summary>Mean average precision of a network on the benchmark's images, in percent.</summary>
    public double Map(Benchmark benchmark, RetrievalModel model) => Map(benchmark, Describe(model, benchmark.Images));
}
