using Retrieval.Cli.Jobs;
using Retrieval.Datasets.World;
using Retrieval.Models;
using Retrieval.Training.Data;
using Retrieval.Training.Extraction;
using Retrieval.Training.Recipes;

namespace Retrieval.Cli.Reproduce;

/// <summary>
/// MultiGrain (2019): one network for classes and instances against one for each, and a larger test size with its own pooling exponent. Every fourth training image is left for top-1;
/// instances are looked for among classes or landmarks that were not trained on.
/// </summary>
/// <param name="photographs">Classes of photographs, or null for the generated world.</param>
internal sealed class MultigrainStudy(string? photographs) : IStudy
{
    private const string Joint = "joint", OfClasses = "classes alone", OfInstances = "instances alone", TopOne = ", top-1";
    private const string Small = "training size", Large = "large", LargeOwn = "large, own p";
    private const int TrainedSide = 96, LargeSide = 128, HeldOutOf = 4, TestLandmarks = 40, Queries = 2, ProxyImages = 200, Copies = 5;

    private static readonly float[] Exponents = [1, 2, 3, 4, 5, 6, 8];
    private static readonly WorldOptions Options = new() { Landmarks = 60 + TestLandmarks, ViewsPerLandmark = 20, ImageWidth = LargeSide, ImageHeight = LargeSide };

    public string System => "multigrain";

    public string Data { get; } = StudyData.Name(photographs);

    public IReadOnlyList<Claim> Claims { get; } =
    [
        new("joint training over classes alone, in classification", Joint + TopOne, OfClasses + TopOne, "top-1 %"),
        new("joint training over classes alone, in retrieval", Joint, OfClasses),
        new("joint training over instances alone, in retrieval", Joint, OfInstances),
        new("a larger size with its own p over the training's", LargeOwn, Small),
        new("its own p over the training's", LargeOwn, Large),
        new("a larger size with its own p, in classification", LargeOwn + TopOne, Small + TopOne, "top-1 %"),
    ];

    public IReadOnlyDictionary<string, double> Run(Lab lab)
    {
        var recipe = Lab.Recipe("multigrain-2019.small", "data.cropArea=0.5", "optimiser.kind=adam", "schedule.rate=2e-3", "schedule.epochs=12", "schedule.milestones=[8,11]");
        var sizing = new ImageSizing(ImageSizingKind.Exact, LargeSide, LargeSide);
        var data = photographs is null ? lab.World(Options, TestLandmarks, Queries) : lab.Photographs(photographs, sizing);
        var trial = new Trial(lab, data);
        var measures = new Dictionary<string, double>(StringComparer.Ordinal);

        using (var instances = trial.Train(recipe.With("losses.crossEntropy.weight=0").With("losses.margin.weight=1")))
            measures[OfInstances] = trial.Map(instances, trial.SmallTest);
        using (var classes = trial.Train(recipe.With("losses.margin.weight=0").With("losses.crossEntropy.weight=1")))
        {
            measures[OfClasses] = trial.Map(classes, trial.SmallTest);
            measures[OfClasses + TopOne] = trial.Accuracy(classes, trial.SmallHeldOut);
        }
        using var joint = trial.Train(recipe);
        measures[Joint] = measures[Small] = trial.Map(joint, trial.SmallTest);
        measures[Joint + TopOne] = measures[Small + TopOne] = trial.Accuracy(joint, trial.SmallHeldOut);
        measures[Large] = trial.Map(joint, data.Test.Images);
        joint.Model.Network.SetExponent(trial.OwnExponent(joint.Model));
        measures[LargeOwn] = trial.Map(joint, data.Test.Images);
        measures[LargeOwn + TopOne] = trial.Accuracy(joint, trial.HeldOut);
        return measures;
    }

    /// <summary>A network with the classifier that was trained beside it.</summary>
    private sealed record Trained(RetrievalModel Model, Classifier? Classifier) : IDisposable
    {
        public void Dispose()
        {
            Classifier?.Dispose();
            Model.Dispose();
        }
    }

    /// <summary>The data of a run, divided and at both sizes.</summary>
    private sealed class Trial
    {
        private static readonly ImageSizing SmallSizing = new(ImageSizingKind.Exact, TrainedSide, TrainedSide);

        private readonly Lab _lab;
        private readonly TrialData _data;
        private readonly TupleDataset _training;
        private readonly int[] _heldOutClasses;

        public Trial(Lab lab, TrialData data)
        {
            (_lab, _data) = (lab, data);
            var clusters = data.Training.Clusters;
            int[] names = [.. clusters.Distinct().Order()];
            int[] classes = [.. clusters.Select(cluster => Array.BinarySearch(names, cluster))];
            var held = Enumerable.Range(0, clusters.Count).GroupBy(image => classes[image]).SelectMany(group => group.Where((_, place) => place % HeldOutOf == HeldOutOf - 1)).ToHashSet();
            int[] kept = [.. Enumerable.Range(0, clusters.Count).Where(image => !held.Contains(image))], left = [.. held.Order()];
            _training = TupleDataset.FromLabels(new ImageSubset(data.Training.Images, kept), [.. kept.Select(image => classes[image])]);
            _heldOutClasses = [.. left.Select(image => classes[image])];
            HeldOut = new ImageSubset(data.Training.Images, left);
            SmallHeldOut = new SizedImages(HeldOut, SmallSizing);
            SmallTest = new SizedImages(data.Test.Images, SmallSizing);
        }

        /// <summary>Images of the classes that are trained, which are not trained on.</summary>
        public IImageSource HeldOut { get; }

        /// <summary>The same at the size of the training.</summary>
        public IImageSource SmallHeldOut { get; }

        /// <summary>The benchmark's images at the size of the training.</summary>
        public IImageSource SmallTest { get; }

        public Trained Train(Recipe recipe)
        {
            var model = _lab.Train(_training, recipe, start: null, out var classifier);
            return new Trained(model, classifier);
        }

        public double Map(Trained network, IImageSource images) => _lab.Map(_data.Test, _lab.Describe(network.Model, images));

        public double Accuracy(Trained network, IImageSource images)
        {
            network.Model.Classifier = network.Classifier;
            var accuracy = _lab.Accuracy(network.Model, images, _heldOutClasses);
            network.Model.Classifier = null;
            return accuracy;
        }

        /// <summary>The exponent with which augmented copies of training images find each other best at the large size.</summary>
        public float OwnExponent(RetrievalModel model)
        {
            int[] images = [.. Enumerable.Range(0, Math.Min(ProxyImages, _training.Images.Count)).Select(i => (int)((long)i * _training.Images.Count / Math.Min(ProxyImages, _training.Images.Count)))];
            var task = new ProxyTask(model, ProxyTask.FullAugmentation(LargeSide), Copies, (ulong)_lab.Seed);
            var descriptors = task.Describe(_training.Images, images, Exponents, new ExtractionOptions(16, _lab.Threads), null, _lab.Cancellation);
            return Exponents.Zip(descriptors, (exponent, copies) => (exponent, Found: AugmentedCopies.Found(_lab.Device, copies, images.Length, Copies))).MaxBy(pair => pair.Found).exponent;
        }
    }
}
