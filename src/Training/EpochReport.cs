namespace Retrieval.Training;

/// <summary>What one epoch did. Its batches are made of items: tuples, identities or images.</summary>
/// <param name="Epoch">Counted from 0.</param>
/// <param name="Loss">Mean loss of a tuple; of a batch, where losses are means.</param>
/// <param name="MeanPositiveDistance">Of mined tuples, before the epoch; null where nothing was mined.</param>
/// <param name="MeanNegativeDistance">Of mined tuples, before the epoch; null where nothing was mined.</param>
/// <param name="Rate">Learning rate at its first step.</param>
/// <param name="Items">Items trained on.</param>
/// <param name="SkippedItems">Items left out because too many of their images could not be read.</param>
/// <param name="UnreadableImages">Images that could not be read.</param>
/// <param name="MiningSeconds">Time to choose the batches.</param>
/// <param name="TrainingSeconds">Time to train on them.</param>
public sealed record EpochReport(int Epoch, double Loss, double? MeanPositiveDistance, double? MeanNegativeDistance, double Rate, int Items, int SkippedItems,
    int UnreadableImages, double MiningSeconds, double TrainingSeconds)
{
    /// <summary>Whether this can be the report of an epoch, wherever it was read from.</summary>
    internal bool IsSound(int epoch) => Epoch == epoch && Items >= 0 && SkippedItems >= 0 && UnreadableImages >= 0 && double.IsFinite(Loss)
        && Array.TrueForAll([MeanPositiveDistance ?? 0, MeanNegativeDistance ?? 0, Rate, MiningSeconds, TrainingSeconds], value => value >= 0 && double.IsFinite(value));
}
