using System.CommandLine;
using Retrieval.Cli.Jobs;
using Retrieval.Host;
using Retrieval.Imaging;
using Retrieval.Imaging.Augmentation;
using Retrieval.Models;
using Retrieval.Training;
using Retrieval.Training.Data;
using Retrieval.Training.Losses;
using Retrieval.Training.Mining;
using Retrieval.Training.Optimizers;
using Retrieval.Training.Recipes;
using Retrieval.Training.Recipes.Sections;
using Retrieval.Training.Sampling;
using Retrieval.Training.Schedules;

namespace Retrieval.Cli.Profiling;

/// <summary>A training step, as <c>train</c> does it, on random images: of a recipe, or of tuples of a given number and size.</summary>
internal sealed class TrainProfile : ProfiledVerb
{
    private const int UsualBatch = 8, UsualClasses = 1000;

    private readonly RecipeOptions _recipe = new();
    private readonly NetworkArguments _network = new();
    private readonly KeyOption _size = KeyOption.Of("--size", DataSection.Size);
    private readonly Option<int> _batch = NumberOptions.Create("--batch", "Without a recipe: images a step, of all its tuples", UsualBatch, least: 2, most: 10_000);
    private readonly Option<int> _tuples = NumberOptions.Create("--tuples", "Without a recipe: tuples a step, each a query, its positive, its negatives; they share the images evenly", 1, least: 1, most: 5_000);
    private readonly Option<bool> _frozen = new("--frozen") { Description = "Without a recipe: frozen batch-normalisation statistics, as in fine-tuning" };
    private readonly Option<int> _classes = NumberOptions.Create("--classes", "With a recipe: classes of the data, which decide how large a classifier is", UsualClasses, least: 2, most: 10_000_000);

    public TrainProfile() : base("train", "Profile a training step on random images") => Declare([.. _recipe.All, .. _network.All, _size.Option, _batch, _tuples, _frozen, _classes]);

    protected override bool Trains => true;

    protected override IProfiledWork Prepare(Session session, Device device) => _recipe.AreGiven(session) ? OfRecipe(session, device) : OfTuples(session, device);

    private StepProfile OfRecipe(Session session, Device device)
    {
        foreach (var (option, cure) in new (Option, string)[] { (_batch, "sampling.batch, sampling.identities or sampling.tuples"), (_tuples, "sampling.tuples"), (_frozen, "network.statistics") })
            if (session.IsGiven(option))
                throw new UsersMistakeException($"{option.Name}: a recipe says so itself: --set {cure}=<value>");
        var recipe = _recipe.Set(session, _size.Apply(session, _network.Apply(session, _recipe.Find(session))));
        var options = Session.Checked(() => RecipeTraining.Options(recipe, recipe.Get(NetworkSection.Pretrained) || _network.HasWeights(session), (ulong)session.Seed));
        var sizing = DataSection.Sizing(recipe);
        if (options.Statistics == PassMode.BatchStatistics && !DataSection.IsFixed(recipe))
            throw new UsersMistakeException($"batch statistics need images of one size: give --size <width>x<height> instead of {sizing}");
        var images = RandomImages.Photographs(session.Seed, options.Sampling.Layout.RowCount * options.Accumulation, sizing);
        return Make(_network.Create(session, device, recipe), options, images, session.Value(_classes), recipe.Name.Length > 0 ? $"{recipe.Name}, " : "", sizing);
    }

    private StepProfile OfTuples(Session session, Device device)
    {
        var (batch, tuples) = (session.Value(_batch), session.Value(_tuples));
        if (batch % tuples != 0 || batch / tuples < 2)
            throw new UsersMistakeException($"--batch: expected two images or more for each of {tuples} tuples, and as many for each, got {batch}: try --batch {2 * tuples}");
        var sizing = DataSection.Sizing(_size.Apply(session, Recipe.Empty));
        var images = RandomImages.Draw(session.Seed, batch, sizing);
        var options = new TrainingOptions([new(new TupleLoss(new ContrastiveLoss()))], new ExponentialSchedule(0, 1), new OptimizerOptions(),
            new TupleSampling(new MiningOptions(Negatives: (batch / tuples) - 2), tuples), TrainingAugmentation.None, session.Value(_frozen) ? PassMode.FrozenStatistics : PassMode.BatchStatistics);
        return Make(_network.Create(session, device), options, images, tuples, "", sizing);
    }

    private static StepProfile Make(RetrievalModel model, TrainingOptions options, RgbImage[] images, int classes, string name, ImageSizing sizing)
    {
        try
        {
            var layout = options.Sampling.Layout;
            var unit = layout.GroupsPerBatch == 1 ? layout.Unit.TrimEnd('s') : layout.Unit;
            var groups = layout.GroupSize == 1 ? "" : $" in {layout.GroupsPerBatch} {unit}";
            var batches = options.Accumulation == 1 ? "" : $", {options.Accumulation} times";
            return Session.Checked(() => new StepProfile(model, options, images, classes, $"{name}{model.Network.Description.Backbone.Name}, {layout.RowCount} images of {sizing}{groups}{batches}"));
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }
}
