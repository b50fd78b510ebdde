using System.CommandLine;
using Retrieval.Cli.Jobs;
using Retrieval.Host;
using Retrieval.Imaging;
using Retrieval.Models;
using Retrieval.Training;
using Retrieval.Training.Data;
using Retrieval.Training.Losses;
using Retrieval.Training.Optimizers;

namespace Retrieval.Cli.Profiling;

/// <summary>A training step, as <c>train</c> does it, on random images.</summary>
internal sealed class TrainProfile : ProfiledVerb
{
    private readonly NetworkArguments _network = new();
    private readonly Option<string> _size = new("--size") { Description = "<width>x<height> of the images", DefaultValueFactory = _ => "224x224" };
    private readonly Option<int> _batch = NumberOptions.Create("--batch", "Images a step: a query, its positive, its negatives", 8, least: 2, most: 10_000);
    private readonly Option<bool> _frozen = new("--frozen") { Description = "Frozen batch-normalisation statistics, as in fine-tuning" };

    public TrainProfile() : base("train", "Profile a training step on random images") => Declare([.. _network.All, _size, _batch, _frozen]);

    protected override bool Trains => true;

    protected override IProfiledWork Prepare(Session session, Device device)
    {
        var images = RandomImages.Draw(session.Seed, session.Value(_batch), Session.Checked(() => ImageSizing.Parse(session.Value(_size)!)));
        var model = _network.Create(session, device);
        var description = $"{model.Network.Description.Backbone.Name}, {images.Length} images of {session.Value(_size)}";
        return new Work(model, images, session.Value(_frozen) ? PassMode.FrozenStatistics : PassMode.BatchStatistics, description);
    }

    private sealed class Work(RetrievalModel model, RgbImage[] images, PassMode mode, string description) : IProfiledWork
    {
        private const double Rate = 1e-6;

        private readonly Optimizer _optimizer = new(model.Network.Parameters, new OptimizerOptions());
        private readonly TupleStep _step = new(model.Network, new ContrastiveLoss(), mode);
        private readonly int[] _labels = [.. Enumerable.Range(0, images.Length).Select(place => place switch { 0 => -1, 1 => 1, _ => 0 })];

        public string Description => description;

        public string Unit => "images";

        public int UnitsPerStep => images.Length;

        public void Step(CancellationToken cancellation)
        {
            cancellation.ThrowIfCancellationRequested();
            model.Network.Parameters.ZeroGradients();
            _step.Run(images, _labels);
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
