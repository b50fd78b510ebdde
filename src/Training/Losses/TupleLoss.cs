using Retrieval.Training.Sampling;

namespace Retrieval.Training.Losses;

/// <summary>A loss over tuples as a term of a training's loss.</summary>
public sealed record TupleLoss(ITupleLoss Loss) : LossOptions
{
    /// <inheritdoc/>
    public override void Validate()
    {
        if (Loss is ContrastiveLoss { Margin: not (>= 0 and <= 4) } or TripletLoss { Margin: not (>= 0 and <= 4) } or DistanceTripletLoss { Margin: not (>= 0 and <= 4) })
            throw new ArgumentException($"margin: expected 0 to 4, got {Loss}");
    }

    /// <inheritdoc/>
    public override void RequireSampling(SamplingOptions sampling)
    {
        if (!sampling.GivesTuples)
            throw new ArgumentException($"losses: {this} needs mined tuples, which this sampling does not give: {sampling}");
    }

    /// <inheritdoc/>
    public override ILossTerm Create(LossContext context) => new TupleTerm(Loss switch { ContrastiveLoss => "contrastive", DistanceTripletLoss => "distance triplet", _ => "triplet" }, Loss);
}
