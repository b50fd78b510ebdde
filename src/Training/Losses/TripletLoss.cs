using Retrieval.Host;

namespace Retrieval.Training.Losses;

/// <summary>Triplet loss on squared distances: max( |q - p|^2 - |q - n|^2 + Margin, 0 ), summed over negatives.</summary>
public sealed record TripletLoss(float Margin = 0.1f) : ITupleLoss
{
    /// <inheritdoc/>
    public void Compute(Tensor descriptors, Tensor labels, Tensor loss, Tensor gradient) =>
        descriptors.Device.Operators.TripletLoss(descriptors, labels, Margin, loss, gradient);
}
