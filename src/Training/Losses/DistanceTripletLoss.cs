using Retrieval.Host;

namespace Retrieval.Training.Losses;

/// <summary>
/// NetVLAD's ranking loss as its reference port has it, on distances that are not squared: max( d(q,p) - d(q,n) + sqrt(Margin), 0 ), summed over negatives; the margin is
/// rooted because the distances are not squared. On squared distances, as in the paper, it is <see cref="TripletLoss"/>.
/// </summary>
public sealed record DistanceTripletLoss(float Margin = 0.1f) : ITupleLoss
{
    /// <summary>Added to every signed difference.</summary>
    private const float Epsilon = 1e-6f;

    /// <inheritdoc/>
    public void Compute(Tensor descriptors, Tensor labels, Tensor loss, Tensor gradient) =>
        descriptors.Device.Operators.DistanceTripletLoss(descriptors, labels, MathF.Sqrt(Margin), Epsilon, loss, gradient);
}
