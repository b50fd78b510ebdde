namespace Retrieval.Training.Losses;

/// <summary>A classifier's cross-entropy as a term of a training's loss; see <see cref="CrossEntropyTerm"/>.</summary>
public sealed record CrossEntropyLoss(CrossEntropyOptions Options) : LossOptions
{
    /// <inheritdoc/>
    public override void Validate() => Options.Validate();

    /// <inheritdoc/>
    public override ILossTerm Create(LossContext context) => new CrossEntropyTerm(context.Parameters, context.Classes, context.DimensionOf(Options.Source), Options, context.Seed);
}
