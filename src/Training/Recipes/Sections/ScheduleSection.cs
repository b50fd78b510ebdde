using Retrieval.Training.Schedules;

namespace Retrieval.Training.Recipes.Sections;

/// <summary>The learning rate by epochs.</summary>
public static class ScheduleSection
{
    private const string Constant = "constant", Exponential = "exponential", Steps = "steps", Drops = "drops", Every = "every", Cosine = "cosine";
    private const int MostEpochs = 1_000_000;

    public static readonly RecipeKey<int> Epochs = KeyOf.Integer("schedule.epochs", 30, 1, MostEpochs, "Epochs to train.");
    public static readonly RecipeKey<string> Kind = KeyOf.Word("schedule.kind", Exponential, [Constant, Exponential, Steps, Drops, Every, Cosine],
        "constant; exponential: x factor each epoch; steps: x factor at each milestone; drops: the same, one epoch later; every: x factor every few epochs; cosine: down to a share of the rate.");
    public static readonly RecipeKey<double> Rate = KeyOf.Number("schedule.rate", 1e-3, 0, 10, "Learning rate.");
    public static readonly RecipeKey<double> Factor = KeyOf.Number("schedule.factor", 0.99, 1e-6, 1, "What the rate is multiplied by; the share that is left at the end of a cosine.");
    public static readonly RecipeKey<IReadOnlyList<double>> Milestones = KeyOf.Numbers("schedule.milestones", [], 0, MostEpochs, "Epochs at which it is multiplied, for steps and drops.");
    public static readonly RecipeKey<int> Period = KeyOf.Integer("schedule.period", 5, 1, MostEpochs, "Epochs between two multiplications, for every.");
    public static readonly RecipeKey<int> FirstNumber = KeyOf.Integer("schedule.firstNumber", 0, 0, 1, "Number of the first epoch in the count of every.");
    public static readonly RecipeKey<bool> AdvanceFirst = KeyOf.Flag("schedule.advanceFirst", false, "Whether the first epoch has the factor already, for exponential.");
    public static readonly RecipeKey<int> Warmup = KeyOf.Integer("schedule.warmup", 0, 0, MostEpochs, "Epochs in which the rate rises to its own; a milestone in them has no effect.");
    public static readonly RecipeKey<bool> BySteps = KeyOf.Flag("schedule.bySteps", false, "Whether the rate changes from step to step, else from epoch to epoch.");

    internal static IReadOnlyList<RecipeKey> Keys => [Epochs, Kind, Rate, Factor, Milestones, Period, FirstNumber, AdvanceFirst, Warmup, BySteps];

    /// <summary>The schedule.</summary>
    public static ILearningRateSchedule Create(Recipe recipe)
    {
        var (rate, factor, warmup) = (recipe.Get(Rate), recipe.Get(Factor), recipe.Get(Warmup));
        int[] milestones = [.. recipe.Get(Milestones).Select(epoch => (int)epoch)];
        ILearningRateSchedule schedule = recipe.Get(Kind) switch
        {
            Constant => new ExponentialSchedule(rate, 1),
            Exponential => new ExponentialSchedule(rate, factor, recipe.Get(AdvanceFirst)),
            Drops => new DropSchedule(rate, milestones, Array.ConvertAll(milestones, _ => factor)),
            Every => new StepSchedule(rate, factor, recipe.Get(Period), recipe.Get(FirstNumber)),
            Cosine => new CosineSchedule(rate, recipe.Get(Epochs), factor),
            _ => new WarmupMultiStepSchedule(rate, milestones, factor, warmup),
        };
        return warmup > 0 && schedule is not WarmupMultiStepSchedule ? new WarmupSchedule(schedule, warmup) : schedule;
    }
}
