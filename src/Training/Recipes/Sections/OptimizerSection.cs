using Retrieval.Training.Optimizers;

namespace Retrieval.Training.Recipes.Sections;

/// <summary>How gradients become steps.</summary>
public static class OptimizerSection
{
    public static readonly RecipeKey<string> Kind = KeyOf.Word("optimiser.kind", "adam", [.. Enum.GetNames<OptimizerKind>().Select(name => name.ToLowerInvariant())], "The rule.");
    public static readonly RecipeKey<double> Decay = KeyOf.Number("optimiser.decay", 1e-4, 0, 0.99, "Weight decay.");
    public static readonly RecipeKey<double> Momentum = KeyOf.Number("optimiser.momentum", 0.9, 0, 0.9999, "SGD's momentum.");
    public static readonly RecipeKey<bool> Nesterov = KeyOf.Flag("optimiser.nesterov", false, "SGD's Nesterov variant.");
    public static readonly RecipeKey<double> Beta1 = KeyOf.Number("optimiser.beta1", 0.9, 0, 0.9999, "Adam's decay of the first moment.");
    public static readonly RecipeKey<double> Beta2 = KeyOf.Number("optimiser.beta2", 0.999, 0, 0.999999, "Adam's decay of the second moment.");
    public static readonly RecipeKey<double> Epsilon = KeyOf.Number("optimiser.epsilon", 1e-8, 1e-20, 1, "Adam's epsilon.");
    public static readonly RecipeKey<double> Clip = KeyOf.Number("optimiser.clip", 0, 0, 1e6, "Largest L2 norm of all gradients together; 0 for no limit.");
    public static readonly RecipeKey<int> Accumulate = KeyOf.Integer("optimiser.accumulate", 1, 1, 10000, "Batches that share a step as if they were one: gradients of tuples are summed, all others averaged.");
    public static readonly RecipeKey<double> Average = KeyOf.Number("optimiser.average", 0, 0, 0.999999,
        "Decay of a moving average of the weights, which is then evaluated and saved; 0 for none.");
    public static readonly RecipeKey<double> CentreRate = KeyOf.Number("optimiser.centreRate", 0.5, 0, 10, "Rate of class centres, which descend plainly.");
    public static readonly RecipeKey<double> HeadRate = Factor("head", 1, "all behind the backbone");
    public static readonly RecipeKey<double?> HeadDecay = OwnDecay("head", "all behind the backbone");
    public static readonly RecipeKey<double> LossRate = Factor("losses", 1, "classifiers and other parameters of losses");
    public static readonly RecipeKey<double?> LossDecay = OwnDecay("losses", "classifiers and other parameters of losses");
    public static readonly RecipeKey<double> BiasRate = Factor("biases", 1, "biases and shifts");
    public static readonly RecipeKey<double?> BiasDecay = OwnDecay("biases", "biases and shifts");
    public static readonly RecipeKey<double> ScaleRate = Factor("scales", 1, "scales of normalisations");
    public static readonly RecipeKey<double?> ScaleDecay = OwnDecay("scales", "scales of normalisations");
    public static readonly RecipeKey<double> ExponentRate = Factor("exponent", 10, "GeM's p");
    public static readonly RecipeKey<double> ExponentDecay = KeyOf.Number("optimiser.exponent.decay", 0, 0, 0.99, "Weight decay of GeM's p.");

    internal static IReadOnlyList<RecipeKey> Keys =>
    [
        Kind, Decay, Momentum, Nesterov, Beta1, Beta2, Epsilon, Clip, Accumulate, Average, CentreRate, HeadRate, HeadDecay, LossRate, LossDecay, BiasRate, BiasDecay,
        ScaleRate, ScaleDecay, ExponentRate, ExponentDecay,
    ];

    /// <summary>The optimiser's settings.</summary>
    public static OptimizerOptions Create(Recipe recipe) => new(Enum.Parse<OptimizerKind>(recipe.Get(Kind), ignoreCase: true), recipe.Get(Decay), recipe.Get(Momentum), recipe.Get(Nesterov),
        recipe.Get(Beta1), recipe.Get(Beta2), recipe.Get(Epsilon), recipe.Get(Clip), recipe.Get(CentreRate))
    {
        ExponentsAlone = NetworkSection.TrainsExponentAlone(recipe),
        Head = new ParameterGroup(recipe.Get(HeadRate), recipe.Get(HeadDecay)),
        Losses = new ParameterGroup(recipe.Get(LossRate), recipe.Get(LossDecay)),
        Biases = new ParameterGroup(recipe.Get(BiasRate), recipe.Get(BiasDecay)),
        Scales = new ParameterGroup(recipe.Get(ScaleRate), recipe.Get(ScaleDecay)),
        Exponents = new ParameterGroup(recipe.Get(ExponentRate), recipe.Get(ExponentDecay)),
    };

    private static RecipeKey<double> Factor(string group, double otherwise, string what) =>
        KeyOf.Number($"optimiser.{group}.rate", otherwise, 0, 1000, $"Rate of {what} over the schedule's; 0 leaves them as they are.");

    private static RecipeKey<double?> OwnDecay(string group, string what) =>
        KeyOf.NumberOrNull($"optimiser.{group}.decay", 0, 0.99, $"Weight decay of {what}; null for that of the others.");
}
