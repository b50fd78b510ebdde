using Retrieval.Host;

namespace Retrieval.Training.Losses;

/// <summary>Contrastive loss (TPAMI 2018, eq. 7): d^2 / 2 for positives, max(Margin - d, 0)^2 / 2 for negatives.</summary>
/// <param name="Margin">Distance between 0 and 2 beyond which a negative costs nothing (0.85 for ResNet, 0.7 for VGG in the paper).</param>
/// <param name="Epsilon">Added to every signed difference.</param>
public sealed record ContrastiveLoss(float Margin = 0.85f, float Epsilon = 1e-6f) : ITupleLoss
{
    /// <inheritdoc/>
    public void Compute(Tensor descriptors, Tensor labels, Tensor loss, Tensor gradient) =>
        descriptors.Device.Operators.ContrastiveLoss(descriptors, labels, Margin, Epsilon, loss, gradient);
}
