using Retrieval.Imaging;
using Retrieval.Imaging.Augmentation;

namespace Retrieval.Training.Data;

/// <summary>What happens to an image on its way into a training step.</summary>
/// <param name="FlipProbability">Chance of mirroring left to right, 0 to 1.</param>
/// <param name="CropMinimumArea">Smallest share of the area that a random resized crop keeps; 1 for no crop. Crops need images of a fixed size.</param>
public sealed record TrainingAugmentation(double FlipProbability = 0, double CropMinimumArea = 1)
{
    /// <summary>Checks every field.</summary>
    /// <exception cref="ArgumentException">A field is out of range.</exception>
    public void Validate()
    {
        if (FlipProbability is not (>= 0 and <= 1))
            throw new ArgumentException($"flip probability: expected 0 to 1, got {FlipProbability}");
        if (CropMinimumArea is not (> 0 and <= 1))
            throw new ArgumentException($"smallest crop: expected a share above 0 and at most 1, got {CropMinimumArea}");
    }

    /// <summary>Augments an image; the result has the image's size.</summary>
    public RgbImage Apply(RgbImage image, SeededRandom random)
    {
        var result = image;
        if (CropMinimumArea < 1)
            result = new RandomResizedCrop { Width = image.Width, Height = image.Height, Scale = (CropMinimumArea, 1) }.Apply(result, random);
        return FlipProbability > 0 && random.NextBoolean(FlipProbability) ? result.FlipHorizontal() : result;
    }
}
