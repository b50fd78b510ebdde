using Retrieval.Training.Data;
using Retrieval.Training.Extraction;

namespace Retrieval.Training.Recipes.Sections;

/// <summary>How the network is evaluated while it trains, and what its saved model says of its use.</summary>
public static class EvaluationSection
{
    public static readonly RecipeKey<int> Every = KeyOf.Integer("evaluation.every", 5, 1, 1_000_000, "Epochs between two evaluations.");
    public static readonly RecipeKey<int> Patience = KeyOf.Integer("evaluation.patience", 0, 0, 1_000_000,
        "Evaluations without a better figure after which training ends; the best model is saved. 0 trains to the end and saves the last.");
    public static readonly RecipeKey<string> Size = KeyOf.Text("evaluation.size", "", "as data.size, or empty", "Size of an image in evaluation; empty for that of training.",
        text => _ = text.Length == 0 ? null : ImageSizing.Parse(text));
    public static readonly RecipeKey<IReadOnlyList<double>> Scales = KeyOf.Numbers("evaluation.scales", [1], 0.05, 8, "Factors of the image's size whose descriptors are combined.");
    public static readonly RecipeKey<int> Batch = KeyOf.Integer("evaluation.batch", 8, 1, 4096, "Most images in one forward pass, in evaluation and mining.");

    internal static IReadOnlyList<RecipeKey> Keys => [Every, Patience, Size, Scales, Batch];

    /// <summary>The size of images in evaluation.</summary>
    public static ImageSizing Sizing(Recipe recipe) => ImageSizing.Parse(recipe.Get(Size).Length == 0 ? recipe.Get(DataSection.Size) : recipe.Get(Size));

    /// <summary>How images are described.</summary>
    public static ExtractionOptions Extraction(Recipe recipe, int threads) => new(recipe.Get(Batch), threads) { Scales = [.. recipe.Get(Scales).Select(scale => (float)scale)] };
}
