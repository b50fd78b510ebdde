namespace Retrieval.Imaging.Augmentation;

/// <summary>Pads with black on all sides and cuts the image's own size out at a random place: a shift, as in re-identification.</summary>
/// <param name="Padding">Pixels on each side, 0 to 1024.</param>
public sealed record PadAndCrop(int Padding = 10) : Augmentation
{
    internal override AugmentationStage Stage => AugmentationStage.Geometry;

    /// <inheritdoc/>
    public override void Validate() => Require(Padding is >= 0 and <= 1024, $"padding: expected 0 to 1024 pixels, got {Padding}");

    internal override AugmentedImage Apply(AugmentedImage image, SeededRandom random)
    {
        var view = image.View;
        int top = random.Next((2 * Padding) + 1) - Padding, left = random.Next((2 * Padding) + 1) - Padding;
        return image with { View = view.Cut(left, top, view.Width, view.Height, view.Width, view.Height) };
    }
}
