using Retrieval.Imaging.Augmentation;
using Retrieval.Models;
using Retrieval.Training.Losses;
using Retrieval.Training.Optimizers;
using Retrieval.Training.Recipes;
using Retrieval.Training.Sampling;
using Retrieval.Training.Schedules;

namespace Retrieval.Training;

/// <summary>Everything that decides a training run besides data and network. The same options and seed on the same device give the same figures.</summary>
/// <param name="Losses">The loss is their weighted sum.</param>
/// <param name="Schedule">Learning rate.</param>
/// <param name="Optimizer">Rule that turns gradients into steps.</param>
/// <param name="Sampling">How batches are chosen.</param>
/// <param name="Augmentation">What happens to each image.</param>
/// <param name="Statistics">Batch statistics (from scratch; images of one size) or frozen ones (fine-tuning; any sizes).</param>
/// <param name="Seed">Decides everything that is drawn.</param>
public sealed record TrainingOptions(IReadOnlyList<WeightedLoss> Losses, ILearningRateSchedule Schedule, OptimizerOptions Optimizer, SamplingOptions Sampling,
    TrainingAugmentation Augmentation, PassMode Statistics, ulong Seed = 0)
{
    /// <summary>Whether the rate follows its schedule step by step: the step whose first batch is number i of n has the rate at epoch + i / n. Else it holds for an epoch.</summary>
    public bool RateBySteps { get; init; }

    /// <summary>
    /// Batches that share a step of the optimiser as if they were one: gradients of tuples are summed, as within a batch, those of other
    /// losses, which are means, averaged. Where an epoch ends with fewer, each weighs as in a whole step.
    /// </summary>
    public int Accumulation { get; init; } = 1;

    /// <summary>Decay of a moving average of the weights, which is then what is evaluated and saved; 0 for none.</summary>
    public double Average { get; init; }

    /// <summary>What the options were read from, value by value; null where they were not.</summary>
    public Recipe? Recipe { get; init; }

    /// <summary>Checks every field.</summary>
    /// <exception cref="ArgumentException">A field is out of range.</exception>
    public void Validate()
    {
        Optimizer.Validate();
        Sampling.Validate();
        if (Statistics == PassMode.Inference)
            throw new ArgumentException("statistics: expected batch or frozen");
        if (Sampling.TuplesMeet && Statistics != PassMode.BatchStatistics)
            throw new ArgumentException("negatives from the batch need batch statistics: with frozen ones each tuple has a pass of its own");
        if (!(Schedule.Rate(0) >= 0 && double.IsFinite(Schedule.Rate(0))))
            throw new ArgumentException($"learning rate: expected 0 or above, got {Schedule.Rate(0)}");
        if (Accumulation is < 1 or > 10000)
            throw new ArgumentException($"accumulation: expected 1 to 10000 batches a step, got {Accumulation}");
        if (Average is not (>= 0 and < 1))
            throw new ArgumentException($"moving average: expected a decay from 0 to below 1, got {Average}");
        ValidateLosses();
    }

    private void ValidateLosses()
    {
        if (Losses.Count == 0)
            throw new ArgumentException("losses: expected at least one");
        foreach (var (loss, weight) in Losses)
        {
            loss.Validate();
            if (!(weight > 0 && weight <= 1e6))
                throw new ArgumentException($"loss weight: expected above 0 and at most 1e6, got {weight} for {loss}");
            loss.RequireSampling(Sampling);
        }
    }
}
