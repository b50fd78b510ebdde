using System.CommandLine;
using Retrieval.Cli.Jobs;
using Retrieval.Host;
using Retrieval.Imaging;
using Retrieval.Imaging.Augmentation;
using Retrieval.Models;
using Retrieval.Training.Data;
using Retrieval.Training.Losses;
using Retrieval.Training.Optimizers;
using Retrieval.Training.Sampling;
using Retrieval.Training.Steps;

namespace Retrieval.Cli.Profiling;

/// <summary>A training step, as <c>train</c> does it, on random images.</summary>
internal sealed class TrainProfile : ProfiledVerb
{
    private readonly NetworkArguments _network = new();
    private readonly Option<string> _size = new("--size") { Description = "<width>x<height> of the images", DefaultValueFactory = _ => "224x224" };
    private readonly Option<int> _batch = NumberOptions.Create("--batch", "Images a step, of all its tuples", 8, least: 2, most: 10_000);
    private readonly Option<int> _tuples = NumberOptions.Create("--tuples", "Tuples a step: a query, its positive, its negatives; they share the images evenly", 1, least: 1, most: 5_000);
    private readonly Option<bool> _frozen = new("--frozen") { Description = "Frozen batch-normalisation statistics, as in fine-tuning" };

    public TrainProfile() : base("train", "Profile a training step on random images") => Declare([.. _network.All, _size, _batch, _tuples, _frozen]);

    protected override bool Trains => true;

    protected override IProfiledWork Prepare(Session session, Device device)
    {
        var (batch, tuples) = (session.Value(_batch), session.Value(_tuples));
        if (batch % tuples != 0 || batch / tuples < 2)
            throw new UsersMistakeException($"--batch: expected two images or more for each of {tuples} tuples, and as many for each, got {batch}: try --batch {2 * tuples}");
        var images = RandomImages.Draw(session.Seed, batch, Session.Checked(() => ImageSizing.Parse(session.Value(_size)!)));
        var model = _network.Create(session, device);
        var description = $"{model.Network.Description.Backbone.Name}, {images.Length} images of {session.Value(_size)} in {tuples} {(tuples == 1 ? "tuple" : "tuples")}";
        return new Work(model, images, images.Length / tuples, session.Value(_frozen) ? PassMode.FrozenStatistics : PassMode.BatchStatistics, description);
    }

    private sealed class Work(RetrievalModel model, RgbImage[] images, int tupleLength, PassMode mode, string description) : IProfiledWork
    {
        private const double Rate = 1e-6;

        private readonly AugmentedImage[] _images = [.. images];
        private readonly Optimizer _optimizer = new(model.Network.Parameters, new OptimizerOptions());
        private readonly TrainingStep _step = new(model.Network, new WeightedLosses((new TupleTerm("contrastive", new ContrastiveLoss()), 1)), mode,
            new BatchLayout(tupleLength, tupleLength, images.Length / tupleLength, "tuples", GroupsStandAlone: true));
        private readonly BatchRow[] _rows = [.. Enumerable.Range(0, images.Length).Select(place => new BatchRow(place, place, (place % tupleLength) switch { 0 => -1, 1 => 1, _ => 0 }, place))];

        public string Description => description;

        public string Unit => "images";

        public int UnitsPerStep => _images.Length;

        public void Step(CancellationToken cancellation)
        {
            cancellation.ThrowIfCancellationRequested();
            model.Network.Parameters.ZeroGradients();
            _step.Run(_images, _rows);
            _optimizer.Step(Rate);
        }

        public void Dispose()
        {
            _step.Dispose();
            _optimizer.Dispose();
            model.Dispose();
        }
    }
}
