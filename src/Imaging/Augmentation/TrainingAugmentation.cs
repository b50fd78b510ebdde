namespace Retrieval.Imaging.Augmentation;

/// <summary>
/// What happens to an image on its way into a training step: augmentations in the order in which they are drawn and applied. Geometry
/// (crops, flip) comes first, then a policy, then colour, then erasing; nothing occurs twice. Immutable and thread-safe.
/// </summary>
public sealed class TrainingAugmentation
{
    private readonly Augmentation[] _steps;

    /// <exception cref="ArgumentException">A step is out of range, occurs twice or stands where it cannot.</exception>
    public TrainingAugmentation(params IReadOnlyList<Augmentation> steps)
    {
        ArgumentNullException.ThrowIfNull(steps);
        _steps = [.. steps];
        for (var i = 0; i < _steps.Length; i++)
        {
            _steps[i].Validate();
            RequirePlace(i);
        }
    }

    /// <summary>Images stay as they are.</summary>
    public static TrainingAugmentation None { get; } = new();

    public IReadOnlyList<Augmentation> Steps => _steps;

    /// <summary>Draws what happens to an image, one step after the other; the image itself is not written to.</summary>
    /// <param name="image">A decoded image, at the size that the network sees unless a crop gives another.</param>
    /// <param name="random">The image's own stream, <c>new SeededRandom(seed, stream, epoch, index)</c>: same stream, same picture, on every device.</param>
    public AugmentedImage Apply(RgbImage image, SeededRandom random)
    {
        ArgumentNullException.ThrowIfNull(image);
        ArgumentNullException.ThrowIfNull(random);
        AugmentedImage augmented = image;
        foreach (var step in _steps)
            augmented = step.Apply(augmented, random);
        return augmented;
    }

    /// <summary>All steps with their values.</summary>
    public override string ToString() => _steps.Length == 0 ? "none" : string.Join(", ", _steps.AsEnumerable());

    private void RequirePlace(int place)
    {
        var step = _steps[place];
        foreach (var earlier in _steps.AsSpan(0, place))
        {
            if (earlier.GetType() == step.GetType())
                throw new ArgumentException($"augmentation: {step.GetType().Name} stands twice in the list");
            // Beyond the edge of a part lies the rest of the image, not the padding.
            if (earlier.Stage > step.Stage || (earlier is RandomResizedCrop && step is PadAndCrop))
                throw new ArgumentException($"augmentation: {step.GetType().Name} must come before {earlier.GetType().Name}");
        }
    }
}
