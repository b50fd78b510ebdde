using Retrieval.Models;
using Retrieval.Training.Data;
using Retrieval.Training.Losses;
using Retrieval.Training.Mining;
using Retrieval.Training.Optimizers;
using Retrieval.Training.Schedules;

namespace Retrieval.Training;

/// <summary>Everything that decides a training run besides data and network. The same options and seed on the same device give the same figures.</summary>
/// <param name="Loss">Loss over tuples.</param>
/// <param name="Schedule">Learning rate by epoch.</param>
/// <param name="Optimizer">Rule that turns gradients into steps.</param>
/// <param name="Mining">How tuples are chosen.</param>
/// <param name="Augmentation">What happens to each image.</param>
/// <param name="Statistics">Batch statistics (from scratch; images of one size) or frozen ones (fine-tuning; any sizes).</param>
/// <param name="TuplesPerStep">Tuples whose gradients are summed before a step (5 in the paper).</param>
/// <param name="BatchNegatives">Whether the other tuples of a step serve a query as further negatives; only with batch statistics, where they share a pass.</param>
/// <param name="Seed">Decides everything that is drawn.</param>
public sealed record TrainingOptions(ITupleLoss Loss, ILearningRateSchedule Schedule, OptimizerOptions Optimizer, MiningOptions Mining,
    TrainingAugmentation Augmentation, PassMode Statistics, int TuplesPerStep = 5, bool BatchNegatives = false, ulong Seed = 0)
{
    /// <summary>Checks every field.</summary>
    /// <exception cref="ArgumentException">A field is out of range.</exception>
    public void Validate()
    {
        Optimizer.Validate();
        Mining.Validate();
        Augmentation.Validate();
        if (Statistics == PassMode.Inference)
            throw new ArgumentException("statistics: expected batch or frozen");
        if (BatchNegatives && Statistics != PassMode.BatchStatistics)
            throw new ArgumentException("negatives from the batch need batch statistics: with frozen ones each tuple has a pass of its own");
        if (TuplesPerStep is < 1 or > 10000)
            throw new ArgumentException($"tuples a step: expected 1 to 10000, got {TuplesPerStep}");
        if (!(Schedule.Rate(0) >= 0 && double.IsFinite(Schedule.Rate(0))))
            throw new ArgumentException($"learning rate: expected 0 or above, got {Schedule.Rate(0)}");
    }
}
