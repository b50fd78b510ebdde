using Retrieval.Training.Losses;

namespace Retrieval.Training.Recipes.Sections;

/// <summary>The terms of the loss: those with a weight.</summary>
public static class LossSection
{
    private const double MostWeight = 1e6;

    public static readonly RecipeKey<double> ContrastiveWeight = Weight("contrastive", "contrastive loss over tuples");
    public static readonly RecipeKey<double> ContrastiveMargin = Margin("contrastive", 0.7, "Distance beyond which a negative costs nothing.");
    public static readonly RecipeKey<double> TripletWeight = Weight("triplet", "triplet loss over tuples, on squared distances");
    public static readonly RecipeKey<double> TripletMargin = Margin("triplet", 0.1, "How much nearer a positive must be.");
    public static readonly RecipeKey<double> DistanceTripletWeight = Weight("distanceTriplet", "triplet loss over tuples, on distances that are not squared");
    public static readonly RecipeKey<double> DistanceTripletMargin = Margin("distanceTriplet", 0.1, "How much nearer a positive must be, squared: its root is added to distances.");

    internal static IReadOnlyList<RecipeKey> Keys => [ContrastiveWeight, ContrastiveMargin, TripletWeight, TripletMargin, DistanceTripletWeight, DistanceTripletMargin];

    /// <summary>The terms with a weight.</summary>
    public static IReadOnlyList<WeightedLoss> Create(Recipe recipe)
    {
        (LossOptions Loss, RecipeKey<double> Weight)[] all =
        [
            (new TupleLoss(new ContrastiveLoss((float)recipe.Get(ContrastiveMargin))), ContrastiveWeight),
            (new TupleLoss(new TripletLoss((float)recipe.Get(TripletMargin))), TripletWeight),
            (new TupleLoss(new DistanceTripletLoss((float)recipe.Get(DistanceTripletMargin))), DistanceTripletWeight),
        ];
        return [.. all.Where(term => recipe.Get(term.Weight) > 0).Select(term => new WeightedLoss(term.Loss, recipe.Get(term.Weight)))];
    }

    private static RecipeKey<double> Weight(string loss, string what) => KeyOf.Number($"losses.{loss}.weight", 0, 0, MostWeight, $"Weight of the {what}; 0 leaves it out.");

    private static RecipeKey<double> Margin(string loss, double otherwise, string what) => KeyOf.Number($"losses.{loss}.margin", otherwise, 0, 4, what);
}
