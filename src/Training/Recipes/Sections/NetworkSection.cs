using Retrieval.Models;
using Retrieval.Models.Backbones;
using Retrieval.Models.Heads;

namespace Retrieval.Training.Recipes.Sections;

/// <summary>The network, and what of it is trained.</summary>
public static class NetworkSection
{
    private const string Automatic = "auto", Batch = "batch", Frozen = "frozen", Everything = "all", ExponentAlone = "exponent";

    public static readonly RecipeKey<string> Backbone = KeyOf.Text("network.backbone", "resnet18",
        "a backbone's name", $"The backbone: {string.Join(", ", BackboneDescription.Names)}; behind it -w16 narrows it to 16 channels in its first stage, -s1 sets a residual network's last stride to 1, -conv5 ends VGG and AlexNet before their last ReLU.",
        name => BackboneDescription.Parse(name).Validate());
    public static readonly RecipeKey<bool> Pretrained = KeyOf.Flag("network.pretrained", false, "Whether training starts from given backbone weights: the command then asks for --weights.");
    public static readonly RecipeKey<int> FrozenStages = KeyOf.Integer("network.frozenStages", 0, 0, 5, "How many of the backbone's first stages are not trained.");
    public static readonly RecipeKey<string> Trained = KeyOf.Word("network.trained", Everything, [Everything, ExponentAlone],
        "What is trained: all that is not frozen, or the pooling's exponent p alone, with everything else, classifiers and statistics too, as the given weights have it.");
    public static readonly RecipeKey<string> Statistics = KeyOf.Word("network.statistics", Automatic, [Automatic, Batch, Frozen],
        "Batch normalisation: the batch's statistics (from scratch; images of one size) or frozen ones (fine-tuning; any sizes); auto is frozen with given weights, else batch.");
    public static readonly RecipeKey<string> Pooling = KeyOf.Text("network.pooling", "gem", "a pooling's name", "The pooling: mac, spoc, gem, gemmp (an exponent per channel), wgem, wgemmp, rmac, rgem, rwgem, crow, netvlad or vlad (its hard assignment, not trained).", word => HeadDescription.ParsePooling(word));
    public static readonly RecipeKey<double> Exponent = KeyOf.Number("network.exponent", 3, 0.1, 100, "Where GeM's exponent p starts.");
    public static readonly RecipeKey<bool> LearnExponent = KeyOf.Flag("network.learnExponent", true, "Whether p is trained.");
    public static readonly RecipeKey<bool> Neck = KeyOf.Flag("network.neck", false, "Whether a batch-norm neck stands between pooling and L2.");
    public static readonly RecipeKey<int> Whitening = KeyOf.Integer("network.whitening", 0, 0, 65536, "Output dimension of a whitening layer trained with the network; 0 for none.");
    public static readonly RecipeKey<int> RegionLevels = KeyOf.Integer("network.regionLevels", 3, 1, 8, "Levels of squares of the regional poolings, besides the whole map.");
    public static readonly RecipeKey<bool> WhitenRegions = KeyOf.Flag("network.whitenRegions", false, "Whether regions' vectors go through a linear layer before they are added up.");
    public static readonly RecipeKey<bool> OwnMasks = KeyOf.Flag("network.ownMasks", false, "Whether each region of rwgem makes its mask of its own activations; else it is cut from the whole map's.");
    public static readonly RecipeKey<int> Clusters = KeyOf.Integer("network.clusters", 64, 2, 4096, "Clusters of netvlad and vlad.");
    public static readonly RecipeKey<int> Ghosts = KeyOf.Integer("network.ghosts", 0, 0, 1024, "Further clusters of netvlad that take part in the assignment alone.");

    internal static IReadOnlyList<RecipeKey> Keys =>
        [Backbone, Pretrained, FrozenStages, Trained, Statistics, Pooling, Exponent, LearnExponent, Neck, Whitening, RegionLevels, WhitenRegions, OwnMasks, Clusters, Ghosts];

    /// <summary>The network.</summary>
    /// <exception cref="ArgumentException">Values that do not go together.</exception>
    public static NetworkDescription Create(Recipe recipe)
    {
        var backbone = BackboneDescription.Parse(recipe.Get(Backbone)) with { FrozenStages = TrainsExponentAlone(recipe) ? BackboneDescription.StageCount : recipe.Get(FrozenStages) };
        var head = new HeadDescription(HeadDescription.ParsePooling(recipe.Get(Pooling)), (float)recipe.Get(Exponent), recipe.Get(LearnExponent) || TrainsExponentAlone(recipe), recipe.Get(Whitening), recipe.Get(Neck),
            recipe.Get(RegionLevels), recipe.Get(WhitenRegions), recipe.Get(OwnMasks), recipe.Get(Clusters), recipe.Get(Ghosts));
        var description = new NetworkDescription(backbone, head, ImageNormalization.ImageNet);
        description.Validate();
        return description;
    }

    /// <summary>Whether nothing but the pooling's exponent is trained.</summary>
    public static bool TrainsExponentAlone(Recipe recipe) => recipe.Get(Trained) == ExponentAlone;

    /// <summary>Which statistics batch normalisation trains with.</summary>
    /// <param name="recipe">The recipe.</param>
    /// <param name="fineTuning">Whether the network starts from given weights.</param>
    public static PassMode Mode(Recipe recipe, bool fineTuning) => recipe.Get(Statistics) switch
    {
        _ when TrainsExponentAlone(recipe) => PassMode.FrozenStatistics,
        Batch => PassMode.BatchStatistics,
        Frozen => PassMode.FrozenStatistics,
        _ => fineTuning ? PassMode.FrozenStatistics : PassMode.BatchStatistics,
    };
}
