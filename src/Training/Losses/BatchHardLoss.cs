using Retrieval.Host;

namespace Retrieval.Training.Losses;

/// <summary>A batch-hard triplet loss as a term of a training's loss; see <see cref="BatchHardTerm"/>.</summary>
/// <param name="Cost">What a triplet costs.</param>
/// <param name="Source">The output that it works on.</param>
/// <param name="Normalize">Whether rows are brought to unit length first.</param>
public sealed record BatchHardLoss(TripletCost Cost, LossOutputs Source = LossOutputs.Embedding, bool Normalize = false) : LossOptions
{
    /// <inheritdoc/>
    public override void Validate() => TermChecks.Demand(Cost);

    /// <inheritdoc/>
    public override ILossTerm Create(LossContext context)
    {
        context.DimensionOf(Source);
        return new BatchHardTerm(Cost, Source, Normalize);
    }
}
