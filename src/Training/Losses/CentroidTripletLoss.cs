using Retrieval.Training.Sampling;

namespace Retrieval.Training.Losses;

/// <summary>The centroid triplet loss as a term of a training's loss; see <see cref="CentroidTripletTerm"/>.</summary>
/// <param name="Slots">Images of an identity in a batch.</param>
/// <param name="Margin">How much nearer the own prototype must be.</param>
/// <param name="PaperFormula">Whether the paper's formula counts, rather than the reference code.</param>
public sealed record CentroidTripletLoss(int Slots, double Margin, bool PaperFormula = false) : LossOptions
{
    /// <inheritdoc/>
    public override void Validate()
    {
        if (Margin is not (>= 0 and <= 4))
            throw new ArgumentException($"margin: expected 0 to 4, got {Margin}");
    }

    /// <inheritdoc/>
    public override void RequireSampling(SamplingOptions sampling)
    {
        if (sampling is not IdentitySampling identities || identities.Instances != Slots)
            throw new ArgumentException($"losses: {this} needs batches of identities with {Slots} images each, which this sampling does not give: {sampling}");
    }

    /// <inheritdoc/>
    public override ILossTerm Create(LossContext context) => new CentroidTripletTerm(Slots, (float)Margin, PaperFormula);
}
