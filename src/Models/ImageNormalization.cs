namespace Retrieval.Models;

/// <summary>How bytes become the network's input: (v / 255 - Mean) / Std per channel, red, green, blue.</summary>
public sealed record ImageNormalization(IReadOnlyList<float> Mean, IReadOnlyList<float> Std)
{
    /// <summary>The values that networks trained on ImageNet expect.</summary>
    public static ImageNormalization ImageNet { get; } = new([0.485f, 0.456f, 0.406f], [0.229f, 0.224f, 0.225f]);

    /// <summary>Checks every field.</summary>
    /// <exception cref="ArgumentException">Not three values, or a deviation that is not above 0.</exception>
    public void Validate()
    {
        if (Mean.Count != 3 || Std.Count != 3 || Mean.Any(value => !float.IsFinite(value)) || Std.Any(value => !(value > 0 && float.IsFinite(value))))
            throw new ArgumentException("normalisation: expected three means and three deviations above 0");
    }
}
