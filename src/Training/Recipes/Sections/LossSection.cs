using Retrieval.Host;
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
    public static readonly RecipeKey<double> BatchHardWeight = Weight("batchHard", "batch-hard triplet loss");
    public static readonly RecipeKey<double> BatchHardMargin = Margin("batchHard", 0.3, "How much nearer the hardest positive must be.");
    public static readonly RecipeKey<bool> BatchHardSoft = KeyOf.Flag("losses.batchHard.soft", false, "Whether the margin is soft: log(1 + exp(p - n)).");
    public static readonly RecipeKey<string> BatchHardOn = On("batchHard", "embedding");
    public static readonly RecipeKey<double> CentreWeight = Weight("centre", "centre loss");
    public static readonly RecipeKey<double> CrossEntropyWeight = Weight("crossEntropy", "cross-entropy of a linear classifier");
    public static readonly RecipeKey<double> CrossEntropySmoothing = KeyOf.Number("losses.crossEntropy.smoothing", 0.1, 0, 1, "Label smoothing.");
    public static readonly RecipeKey<string> CrossEntropyOn = On("crossEntropy", "neck");
    public static readonly RecipeKey<bool> CrossEntropyBias = KeyOf.Flag("losses.crossEntropy.bias", false, "Whether the classifier has a bias.");
    public static readonly RecipeKey<double> CrossEntropyDeviation = KeyOf.Number("losses.crossEntropy.deviation", 0.001, 0, 10, "Deviation of the classifier's first weights; 0 for 1 / sqrt(dimension).");
    public static readonly RecipeKey<double> CentroidWeight = Weight("centroidTriplet", "centroid triplet loss");
    public static readonly RecipeKey<double> CentroidMargin = Margin("centroidTriplet", 0.3, "How much nearer the own prototype must be.");
    public static readonly RecipeKey<bool> CentroidFormula = KeyOf.Flag("losses.centroidTriplet.paperFormula", false, "Whether queries meet prototypes alone, at squared distances, as in the paper's formula.");
    public static readonly RecipeKey<double> MarginWeight = Weight("margin", "margin loss with negatives drawn by distance");
    public static readonly RecipeKey<double> MarginAlpha = KeyOf.Number("losses.margin.alpha", 0.2, 0, 2, "Half the width of the band in which a pair costs.");
    public static readonly RecipeKey<double> MarginBeta = KeyOf.Number("losses.margin.beta", 1.2, 0.001, 1.999, "Where the learnt boundary starts.");
    public static readonly RecipeKey<bool> MarginSameClass = KeyOf.Flag("losses.margin.sameClass", false, "Whether images of one class are positives; else augmentations of one image are.");
    public static readonly RecipeKey<double> MarginCutoff = KeyOf.Number("losses.margin.cutoff", 0.5, 0.001, 1.999, "Distances are taken as at least this when negatives are drawn.");
    public static readonly RecipeKey<double> MarginLimit = KeyOf.Number("losses.margin.limit", 1.4, 0.002, 2, "Negatives at this distance or beyond are not drawn.");

    internal static IReadOnlyList<RecipeKey> Keys =>
    [
        ContrastiveWeight, ContrastiveMargin, TripletWeight, TripletMargin, DistanceTripletWeight, DistanceTripletMargin, BatchHardWeight, BatchHardMargin, BatchHardSoft, BatchHardOn, CentreWeight,
        CrossEntropyWeight, CrossEntropySmoothing, CrossEntropyOn, CrossEntropyBias, CrossEntropyDeviation, CentroidWeight, CentroidMargin, CentroidFormula,
        MarginWeight, MarginAlpha, MarginBeta, MarginSameClass, MarginCutoff, MarginLimit,
    ];

    /// <summary>The terms with a weight.</summary>
    public static IReadOnlyList<WeightedLoss> Create(Recipe recipe)
    {
        (LossOptions Loss, RecipeKey<double> Weight)[] all =
        [
            (new TupleLoss(new ContrastiveLoss((float)recipe.Get(ContrastiveMargin))), ContrastiveWeight),
            (new TupleLoss(new TripletLoss((float)recipe.Get(TripletMargin))), TripletWeight),
            (new TupleLoss(new DistanceTripletLoss((float)recipe.Get(DistanceTripletMargin))), DistanceTripletWeight),
            (new BatchHardLoss(new TripletCost(PairDistance.Euclidean, (float)recipe.Get(BatchHardMargin), recipe.Get(BatchHardSoft)), Output(recipe.Get(BatchHardOn))), BatchHardWeight),
            (new CenterLoss(), CentreWeight),
            (new CrossEntropyLoss(new CrossEntropyOptions(Output(recipe.Get(CrossEntropyOn)), recipe.Get(CrossEntropySmoothing), recipe.Get(CrossEntropyBias), recipe.Get(CrossEntropyDeviation))), CrossEntropyWeight),
            (new CentroidTripletLoss(recipe.Get(SamplingSection.Instances), recipe.Get(CentroidMargin), recipe.Get(CentroidFormula)), CentroidWeight),
            (new MarginLoss(new MarginOptions(recipe.Get(MarginAlpha), recipe.Get(MarginBeta), recipe.Get(MarginSameClass), Cutoff: recipe.Get(MarginCutoff), Limit: recipe.Get(MarginLimit))), MarginWeight),
        ];
        return [.. all.Where(term => recipe.Get(term.Weight) > 0).Select(term => new WeightedLoss(term.Loss, recipe.Get(term.Weight)))];
    }

    private static RecipeKey<double> Weight(string loss, string what) => KeyOf.Number($"losses.{loss}.weight", 0, 0, MostWeight, $"Weight of the {what}; 0 leaves it out.");

    private static RecipeKey<double> Margin(string loss, double otherwise, string what) => KeyOf.Number($"losses.{loss}.margin", otherwise, 0, 4, what);

    private static RecipeKey<string> On(string loss, string otherwise) =>
        KeyOf.Word($"losses.{loss}.on", otherwise, ["embedding", "neck", "descriptors"], "The output of the network that it works on: the pooled vector, the batch-norm neck, or the descriptor.");

    private static LossOutputs Output(string word) => Enum.Parse<LossOutputs>(word, ignoreCase: true);
}
