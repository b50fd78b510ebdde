namespace Retrieval.Training.Losses;

/// <summary>The centre loss as a term of a training's loss; see <see cref="CenterTerm"/>.</summary>
public sealed record CenterLoss : LossOptions
{
    /// <inheritdoc/>
    public override bool HasCentres => true;

    /// <inheritdoc/>
    public override void Validate()
    {
        // It has no settings of its own.
    }

    /// <inheritdoc/>
    public override ILossTerm Create(LossContext context) => new CenterTerm(context.Parameters, context.Classes, context.EmbeddingDimension, context.Seed);
}
