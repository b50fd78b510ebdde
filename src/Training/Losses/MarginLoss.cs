namespace Retrieval.Training.Losses;

/// <summary>The margin loss as a term of a training's loss; see <see cref="MarginTerm"/>.</summary>
public sealed record MarginLoss(MarginOptions Options) : LossOptions
{
    /// <inheritdoc/>
    public override void Validate() => Options.Validate();

    /// <inheritdoc/>
    public override ILossTerm Create(LossContext context) => new MarginTerm(context.Parameters, Options);
}
