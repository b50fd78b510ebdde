using Retrieval.Imaging.Augmentation;
using Retrieval.Training.Data;

namespace Retrieval.Training.Recipes.Sections;

/// <summary>How training images are brought to size and augmented. Augmentations are drawn in the order in which the keys stand here.</summary>
public static class DataSection
{
    public static readonly RecipeKey<string> Size = KeyOf.Text("data.size", "224x224", "a size: `362`, `224x224` or `256/224`",
        "Size of a decoded image: its longest side, width x height, or shortest side and central crop; sides of 8 to 16384.", text => ImageSizing.Parse(text));
    public static readonly RecipeKey<double> CropArea = KeyOf.Number("data.cropArea", 1, 0.01, 1, "Smallest share of the area that a random resized crop keeps; 1 for no crops.");
    public static readonly RecipeKey<int> CropSide = KeyOf.Integer("data.cropSide", 0, 0, 16384, "Side of what a random resized crop gives; 0 for the image's own size.");
    public static readonly RecipeKey<int> Pad = KeyOf.Integer("data.pad", 0, 0, 1024, "Pixels of black around the image, of which its own size is cut out at random; 0 for none.");
    public static readonly RecipeKey<double> Flip = KeyOf.Number("data.flip", 0, 0, 1, "Chance of mirroring left to right.");
    public static readonly RecipeKey<bool> Policy = KeyOf.Flag("data.autoAugment", false, "AutoAugment's policy for ImageNet, on the host.");
    public static readonly RecipeKey<double> Brightness = KeyOf.Number("data.brightness", 0, 0, 10, "Strength of colour jitter's brightness.");
    public static readonly RecipeKey<double> Contrast = KeyOf.Number("data.contrast", 0, 0, 10, "Strength of colour jitter's contrast.");
    public static readonly RecipeKey<double> Saturation = KeyOf.Number("data.saturation", 0, 0, 10, "Strength of colour jitter's saturation.");
    public static readonly RecipeKey<double> Hue = KeyOf.Number("data.hue", 0, 0, 0.5, "Largest turn of colour jitter's hue, as a share of the circle.");
    public static readonly RecipeKey<double> Lighting = KeyOf.Number("data.lighting", 0, 0, 10, "Deviation of lighting noise along ImageNet's principal colours.");
    public static readonly RecipeKey<double> Erase = KeyOf.Number("data.erase", 0, 0, 1, "Chance of random erasing.");

    internal static IReadOnlyList<RecipeKey> Keys => [Size, CropArea, CropSide, Pad, Flip, Policy, Brightness, Contrast, Saturation, Hue, Lighting, Erase];

    /// <summary>The size of decoded images.</summary>
    public static ImageSizing Sizing(Recipe recipe) => ImageSizing.Parse(recipe.Get(Size));

    /// <summary>Whether every image of a batch comes out at one size.</summary>
    public static bool IsFixed(Recipe recipe) => Sizing(recipe).IsFixed || recipe.Get(CropSide) > 0;

    /// <summary>What happens to images.</summary>
    public static TrainingAugmentation Augmentation(Recipe recipe)
    {
        var steps = new List<Augmentation>();
        if (recipe.Get(CropArea) < 1 || recipe.Get(CropSide) > 0)
            steps.Add(new RandomResizedCrop(recipe.Get(CropSide), recipe.Get(CropSide), recipe.Get(CropArea)));
        if (recipe.Get(Pad) > 0)
            steps.Add(new PadAndCrop(recipe.Get(Pad)));
        if (recipe.Get(Flip) > 0)
            steps.Add(new HorizontalFlip(recipe.Get(Flip)));
        if (recipe.Get(Policy))
            steps.Add(new AutoAugment());
        if (Array.Exists([Brightness, Contrast, Saturation, Hue], key => recipe.Get(key) > 0))
            steps.Add(new ColourJitter(recipe.Get(Brightness), recipe.Get(Contrast), recipe.Get(Saturation), recipe.Get(Hue)));
        if (recipe.Get(Lighting) > 0)
            steps.Add(new LightingNoise(recipe.Get(Lighting)));
        if (recipe.Get(Erase) > 0)
            steps.Add(new RandomErasing(recipe.Get(Erase)));
        return new TrainingAugmentation(steps);
    }
}
