using System.CommandLine;
using System.Globalization;
using Retrieval.Training.Recipes;
using Retrieval.Training.Recipes.Sections;

namespace Retrieval.Cli.Jobs;

/// <summary>The options that make a training run's recipe: a recipe's name or file, options that stand for single keys, and any key by <c>--set</c>; the later wins.</summary>
/// <param name="network">The options of the network.</param>
internal sealed class RecipeArguments(NetworkArguments network)
{
    private readonly RecipeOptions _recipe = new();
    private readonly Option<string?> _loss = new("--loss") { Description = "contrastive or triplet [default: contrastive]" };
    private readonly Option<string?> _margin = new("--margin") { Description = "The loss's margin; 0.7 for contrastive, 0.1 for triplet" };
    private readonly Option<string?> _schedule = new("--schedule") { Description = "exp:<factor an epoch>, or steps:<epoch>,<epoch>:<factor> [default: exp:0.99]" };

    private readonly KeyOption[] _keys =
    [
        KeyOption.Of("--epochs", ScheduleSection.Epochs),
        KeyOption.Of("--val-every", EvaluationSection.Every),
        KeyOption.Of("--size", DataSection.Size),
        KeyOption.Of("--scales", EvaluationSection.Scales),
        KeyOption.Of("--batch", EvaluationSection.Batch),
        KeyOption.Of("--optimizer", OptimizerSection.Kind),
        KeyOption.Of("--rate", ScheduleSection.Rate),
        KeyOption.Of("--decay", OptimizerSection.Decay),
        KeyOption.Of("--negatives", SamplingSection.Negatives),
        KeyOption.Of("--queries", SamplingSection.Queries),
        KeyOption.Of("--mining-pool", SamplingSection.Pool),
        KeyOption.Flag("--any-cluster", SamplingSection.DistinctClusters, "false", "Allow several negatives of one class for a query"),
        KeyOption.Of("--positives", SamplingSection.Positives),
        KeyOption.Of("--tuples", SamplingSection.TuplesPerStep),
        KeyOption.Flag("--batch-negatives", SamplingSection.BatchNegatives, "true", "Let the tuples of a step serve each other as further negatives (from scratch)"),
        KeyOption.Of("--statistics", NetworkSection.Statistics),
        KeyOption.Of("--flip", DataSection.Flip),
        KeyOption.Of("--crop", DataSection.CropArea),
    ];

    public IEnumerable<Option> All => [.. _recipe.All, .. network.All, .. _keys.Select(key => key.Option), _loss, _margin, _schedule];

    /// <summary>The run's recipe.</summary>
    /// <exception cref="UsersMistakeException">An option is not a key's value, or <c>--set</c> names no key.</exception>
    public Recipe Read(Session session)
    {
        var recipe = network.Apply(session, _recipe.Find(session));
        recipe = _keys.Aggregate(recipe, (changed, key) => key.Apply(session, changed));
        return _recipe.Set(session, Schedule(session.Value(_schedule), Loss(session, recipe)));
    }

    /// <summary>The loss of the options, which takes the place of a recipe's tuple loss; a contrastive one where nothing is said.</summary>
    private Recipe Loss(Session session, Recipe recipe)
    {
        var (given, margin) = (session.Value(_loss), session.Value(_margin));
        if (given is not (null or "contrastive" or "triplet"))
            throw new UsersMistakeException($"loss: expected contrastive or triplet, got '{given}'");
        var isTriplet = given is null ? recipe.Get(LossSection.TripletWeight) > 0 : given == "triplet";
        if (given is not null || LossSection.Create(recipe).Count == 0)
            recipe = recipe.With(LossSection.ContrastiveWeight, isTriplet ? 0.0 : 1).With(LossSection.TripletWeight, isTriplet ? 1.0 : 0);
        var key = isTriplet ? LossSection.TripletMargin : LossSection.ContrastiveMargin;
        try
        {
            return margin is null ? recipe : recipe.With(key, margin);
        }
        catch (FormatException mistake)
        {
            throw new UsersMistakeException($"margin: expected {key.Range}, got '{margin}'", mistake);
        }
    }

    private static Recipe Schedule(string? word, Recipe recipe)
    {
        switch (word?.Split(':'))
        {
            case null:
                return recipe;
            case ["exp", var factor] when Number(factor, out var gamma):
                return recipe.With(ScheduleSection.Kind, "exponential").With(ScheduleSection.Factor, gamma);
            case ["steps", var epochs, var drop] when Number(drop, out var gamma):
                var milestones = epochs.Split(',').Select(text => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var epoch) ? epoch : -1.0).ToArray();
                if (milestones.Contains(-1.0))
                    break;
                return recipe.With(ScheduleSection.Kind, "steps").With(ScheduleSection.Milestones, milestones).With(ScheduleSection.Factor, gamma);
        }
        throw new UsersMistakeException($"schedule: expected exp:<factor> or steps:<epoch>,<epoch>:<factor> with a factor above 0 and at most 1, got '{word}'");

        static bool Number(string text, out double value) =>
            double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out value) && value is > 0 and <= 1;
    }
}
