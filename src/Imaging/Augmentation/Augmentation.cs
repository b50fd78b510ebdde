namespace Retrieval.Imaging.Augmentation;

/// <summary>
/// A random change to a training image. Immutable; what it does to an image is decided by the random numbers alone. Most only describe
/// what a device then does while it makes the batch; a policy changes bytes on the host.
/// </summary>
public abstract record Augmentation
{
    /// <summary>Where in a list it may stand.</summary>
    internal abstract AugmentationStage Stage { get; }

    /// <summary>Checks every field.</summary>
    /// <exception cref="ArgumentException">A field is out of range.</exception>
    public abstract void Validate();

    /// <summary>Draws the change of one image. The image that is given is never written to.</summary>
    internal abstract AugmentedImage Apply(AugmentedImage image, SeededRandom random);

    private protected static void Require(bool isValid, string expectation)
    {
        if (!isValid)
            throw new ArgumentException(expectation);
    }
}
