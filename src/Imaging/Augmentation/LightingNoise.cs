namespace Retrieval.Imaging.Augmentation;

/// <summary>
/// Noise along the principal components of ImageNet's colours (AlexNet, 2012, section 4.1): adds sum_k a_k lambda_k v_k to every pixel,
/// a_k normal with the given deviation, and cuts off at 0 and 1.
/// </summary>
/// <param name="Deviation">0 to 10.</param>
/// <param name="Shrink">Divides by 1 + deviation afterwards, as MultiGrain's published code does and its paper does not say.</param>
public sealed record LightingNoise(double Deviation = 0.1, bool Shrink = false) : Augmentation
{
    internal override AugmentationStage Stage => AugmentationStage.Colour;

    /// <summary>As published with the reference code, for colours 0 to 1, largest first.</summary>
    private static ReadOnlySpan<double> Eigenvalues => [0.2175, 0.0188, 0.0045];

    /// <summary>[colour, component].</summary>
    private static ReadOnlySpan<double> Eigenvectors => [-0.5675, 0.7192, 0.4009, -0.5808, -0.0045, -0.8140, -0.5836, -0.6948, 0.4203];

    /// <inheritdoc/>
    public override void Validate() => Require(Deviation is >= 0 and <= 10, $"deviation of the lighting: expected 0 to 10, got {Deviation}");

    internal override AugmentedImage Apply(AugmentedImage image, SeededRandom random)
    {
        Span<double> strengths = stackalloc double[Eigenvalues.Length];
        for (var component = 0; component < strengths.Length; component++)
            strengths[component] = Deviation * random.NextGaussian() * Eigenvalues[component];
        var offset = (Offset(0, strengths), Offset(1, strengths), Offset(2, strengths));
        return image with { View = image.View with { Colour = image.View.Colour.ThenLighting(offset, Shrink ? 1 / (1 + Deviation) : 1) } };
    }

    private static float Offset(int colour, ReadOnlySpan<double> strengths)
    {
        var sum = 0.0;
        for (var component = 0; component < strengths.Length; component++)
            sum += Eigenvectors[(colour * strengths.Length) + component] * strengths[component];
        return (float)sum;
    }
}
