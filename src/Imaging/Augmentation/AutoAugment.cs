using Retrieval.Imaging.Augmentation.Policy;

namespace Retrieval.Imaging.Augmentation;

/// <summary>
/// AutoAugment's policy for ImageNet ("AutoAugment: learning augmentation strategies from data", CVPR 2019, table 9): one of 25 pairs of
/// operations is drawn, and each operation of it happens with its probability, with a random sign where it has one. It works on bytes,
/// on the host, with the semantics of Pillow.
/// </summary>
public sealed record AutoAugment : Augmentation
{
    internal override AugmentationStage Stage => AugmentationStage.Policy;

    /// <inheritdoc/>
    public override void Validate()
    {
    }

    internal override AugmentedImage Apply(AugmentedImage image, SeededRandom random)
    {
        var own = image.CutOut();
        var pair = ImageNetPolicy.Pairs[random.Next(ImageNetPolicy.Pairs.Length)];
        pair.First.MaybeApply(own, random);
        pair.Second.MaybeApply(own, random);
        return own;
    }
}
