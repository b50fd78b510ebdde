namespace Retrieval.Imaging.Augmentation;

/// <summary>Mirrors left to right.</summary>
/// <param name="Probability">0 to 1.</param>
public sealed record HorizontalFlip(double Probability = 0.5) : Augmentation
{
    internal override AugmentationStage Stage => AugmentationStage.Geometry;

    /// <inheritdoc/>
    public override void Validate() => Require(Probability is >= 0 and <= 1, $"flip probability: expected 0 to 1, got {Probability}");

    internal override AugmentedImage Apply(AugmentedImage image, SeededRandom random) =>
        random.NextBoolean(Probability) ? image with { View = image.View with { Flip = !image.View.Flip } } : image;
}
