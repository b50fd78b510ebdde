namespace Retrieval.Training;

/// <summary>What one epoch did.</summary>
/// <param name="Epoch">Counted from 0.</param>
/// <param name="Loss">Mean loss of a tuple.</param>
/// <param name="MeanPositiveDistance">Of the mined tuples, before the epoch.</param>
/// <param name="MeanNegativeDistance">Of the mined tuples, before the epoch.</param>
/// <param name="Rate">Learning rate.</param>
/// <param name="Tuples">Tuples trained on.</param>
/// <param name="SkippedTuples">Tuples left out because an image could no longer be read after mining.</param>
/// <param name="UnreadableImages">Images that could not be read.</param>
/// <param name="MiningSeconds">Time to choose the tuples.</param>
/// <param name="TrainingSeconds">Time to train on them.</param>
public sealed record EpochReport(int Epoch, double Loss, double MeanPositiveDistance, double MeanNegativeDistance, double Rate, int Tuples, int SkippedTuples,
    int UnreadableImages, double MiningSeconds, double TrainingSeconds)
{
    /// <summary>Whether this can be the report of an epoch, wherever it was read from.</summary>
    internal bool IsSound(int epoch) => Epoch == epoch && Tuples >= 0 && SkippedTuples >= 0 && UnreadableImages >= 0 && double.IsFinite(Loss)
        && Array.TrueForAll([MeanPositiveDistance, MeanNegativeDistance, Rate, MiningSeconds, TrainingSeconds], value => value >= 0 && double.IsFinite(value));
}
