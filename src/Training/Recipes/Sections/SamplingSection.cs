using System.Text.Json;
using Retrieval.Training.Losses;
using Retrieval.Training.Mining;
using Retrieval.Training.Sampling;

namespace Retrieval.Training.Recipes.Sections;

/// <summary>How batches are chosen. A key's description begins with the kinds of sampling that it serves.</summary>
public static class SamplingSection
{
    private const string OfTuples = "tuples", OfIdentities = "identities", Shuffled = "shuffled";

    /// <summary>The kind that is for photographs with positions, and for nothing else.</summary>
    public const string OfPlaces = "places";

    public static readonly RecipeKey<string> Kind = KeyOf.Word("sampling.kind", OfTuples, [OfTuples, OfPlaces, OfIdentities, Shuffled],
        "Mined tuples of query, positive and hard negatives, by classes or by the places of photographs with positions; P identities x K images; or images in random order.");
    public static readonly RecipeKey<int> Queries = KeyOf.Integer("sampling.queries", 2000, 1, int.MaxValue, "Tuples, places: queries an epoch; all that exist when there are fewer.");
    public static readonly RecipeKey<int> FirstQueries = KeyOf.Integer("sampling.firstQueries", 0, 0, int.MaxValue, "Places: queries of the first epoch, in which descriptors change most; 0 for half of the others'.");
    public static readonly RecipeKey<int> Pool = KeyOf.Integer("sampling.pool", 22000, 1, int.MaxValue, "Tuples: random images among which negatives are searched each epoch. Places: images drawn for each visit of a query.");
    public static readonly RecipeKey<int> Negatives = KeyOf.Integer("sampling.negatives", 5, 1, 1000, "Tuples, places: hard negatives of each query.");
    public static readonly RecipeKey<bool> DistinctClusters = KeyOf.Flag("sampling.distinctClusters", true, "Tuples: at most one negative of each cluster (rule N2), or any (N1).");
    public static readonly RecipeKey<string> Positives = KeyOf.Word("sampling.positives", "random", [.. Enum.GetNames<PositiveRule>().Select(JsonNamingPolicy.CamelCase.ConvertName)],
        "Tuples: which of a query's candidates is its positive. With 3-D models: any that shares enough points (m3), the nearest or farthest by descriptor of the camera's neighbours (m1), or the neighbour that shares most points (m2).");
    public static readonly RecipeKey<double> Overlap = KeyOf.Number("sampling.overlap", 0.2, 0, 0.999, "Tuples with 3-D models, random positives: the share of the query's points that a positive must show more of.");
    public static readonly RecipeKey<double> ScaleChange = KeyOf.Number("sampling.scaleChange", 1.5, 1.001, 1_000_000, "Tuples with 3-D models, random positives: the factor by which a positive must show them less larger or smaller.");
    public static readonly RecipeKey<int> Neighbours = KeyOf.Integer("sampling.neighbours", 100, 1, int.MaxValue, "Tuples with 3-D models, other positives: how many of the images that were taken nearest to the query are looked at.");
    public static readonly RecipeKey<int> TuplesPerStep = KeyOf.Integer("sampling.tuples", 5, 1, 10000, "Tuples, places: how many a batch holds.");
    public static readonly RecipeKey<bool> BatchNegatives = KeyOf.Flag("sampling.batchNegatives", false, "Tuples, places: whether the tuples of a batch serve each other as further negatives.");
    public static readonly RecipeKey<int> Identities = KeyOf.Integer("sampling.identities", 16, 2, 10000, "Identities: P, how many a batch holds.");
    public static readonly RecipeKey<int> Instances = KeyOf.Integer("sampling.instances", 4, 2, 1000, "Identities: K, images of each.");
    public static readonly RecipeKey<int> Batch = KeyOf.Integer("sampling.batch", 64, 2, 100_000, "Shuffled: images of a batch.");
    public static readonly RecipeKey<int> Repetitions = KeyOf.Integer("sampling.repetitions", 1, 1, 100, "Shuffled: how often an image stands in a row, differently augmented.");
    public static readonly RecipeKey<double> EpochLength = KeyOf.Number("sampling.epochLength", 1, 0.01, 100, "Shuffled: images of an epoch over images of the data.");
    public static readonly RecipeKey<bool> DropLast = KeyOf.Flag("sampling.dropLast", true, "Shuffled: whether a short last batch is left out.");

    internal static IReadOnlyList<RecipeKey> Keys =>
        [Kind, Queries, FirstQueries, Pool, Negatives, DistinctClusters, Positives, Overlap, ScaleChange, Neighbours, TuplesPerStep, BatchNegatives, Identities, Instances, Batch, Repetitions, EpochLength, DropLast];

    /// <summary>How batches are chosen.</summary>
    public static SamplingOptions Create(Recipe recipe) => recipe.Get(Kind) switch
    {
        OfIdentities => new IdentitySampling(recipe.Get(Identities), recipe.Get(Instances)),
        OfPlaces => Places(recipe),
        Shuffled => new ShuffledSampling(recipe.Get(Batch), recipe.Get(Repetitions), recipe.Get(EpochLength), recipe.Get(DropLast)),
        _ => new TupleSampling(new MiningOptions(recipe.Get(Queries), recipe.Get(Pool), recipe.Get(Negatives), recipe.Get(DistinctClusters), Enum.Parse<PositiveRule>(recipe.Get(Positives), ignoreCase: true),
            recipe.Get(Overlap), recipe.Get(ScaleChange), recipe.Get(Neighbours)), recipe.Get(TuplesPerStep), recipe.Get(BatchNegatives)),
    };

    /// <summary>Queries are left out by the margin of the loss and on its distances. Under any other loss, several of them, or with negatives from the batch, all queries teach something.</summary>
    /// <exception cref="ArgumentException">Positives are asked for by 3-D points.</exception>
    private static PlaceSampling Places(Recipe recipe)
    {
        if (recipe.Get(Positives) == JsonNamingPolicy.CamelCase.ConvertName(nameof(PositiveRule.MostCommon)))
            throw new ArgumentException("sampling.positives: mostCommon needs 3-D points, of which photographs with positions know nothing: leave it out");
        var (queries, first) = (recipe.Get(Queries), recipe.Get(FirstQueries));
        (float? Margin, bool Squared) rule = LossSection.Create(recipe) switch
        {
            _ when recipe.Get(BatchNegatives) => (null, true),
            [{ Loss: TupleLoss { Loss: TripletLoss loss } }] => (loss.Margin, true),
            [{ Loss: TupleLoss { Loss: DistanceTripletLoss loss } }] => (loss.Margin, false),
            _ => (null, true),
        };
        return new PlaceSampling(queries, first > 0 ? first : Math.Max(1, queries / 2), recipe.Get(Pool), recipe.Get(Negatives), recipe.Get(TuplesPerStep), rule.Margin, rule.Squared, recipe.Get(BatchNegatives));
    }
}
