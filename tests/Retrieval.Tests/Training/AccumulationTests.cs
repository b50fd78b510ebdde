using Retrieval.Imaging.Augmentation;
using Retrieval.Models;
using Retrieval.Models.Heads;
using Retrieval.Tests.Models;
using Retrieval.Training;
using Retrieval.Training.Losses;
using Retrieval.Training.Optimizers;
using Retrieval.Training.Sampling;
using Retrieval.Training.Schedules;
using Xunit;

namespace Retrieval.Tests.Training;

/// <summary>Small batches that share a step do what one large batch does, at the rate of its time.</summary>
public sealed class AccumulationTests
{
    private static readonly OptimizerOptions[] Rules = [new(), new(OptimizerKind.Sgd, ClipNorm: 0.05)];

    /// <summary>Tuples pass one by one either way: weights, statistics, the optimiser's state and the losses agree in every bit.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void Tuples_add_up_as_in_one_batch(int rule)
    {
        // Seven tuples: the last step of an epoch has one of three batches.
        TrainingOptions Options(int tuples, int batches) => TinyTraining.Options with
        {
            Statistics = PassMode.FrozenStatistics,
            Optimizer = Rules[rule],
            Sampling = TinyTraining.Tuples with { TuplesPerStep = tuples },
            Accumulation = batches,
        };
        using var whole = new TinyTraining(Options(tuples: 6, batches: 1)).RunEpochs(2);
        using var shared = new TinyTraining(Options(tuples: 2, batches: 3)).RunEpochs(2);
        Assert.Equal(whole.Trainer.Optimizer.StepCount, shared.Trainer.Optimizer.StepCount);
        Assert.Equal(whole.State, shared.State);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void Means_over_images_are_averaged_into_that_of_one_batch(int rule)
    {
        TrainingOptions Options(int images, int batches) => TinyTraining.Options with
        {
            Losses = [new(new CrossEntropyLoss(new CrossEntropyOptions(LossOutputs.Embedding, Deviation: 0)), 0.7)],
            Statistics = PassMode.FrozenStatistics,
            Augmentation = TrainingAugmentation.None,
            Optimizer = Rules[rule],
            Sampling = new ShuffledSampling(images),
            Accumulation = batches,
        };
        var network = ResNetTests.Small(PoolingKind.Gem);
        using var whole = new TinyTraining(Options(images: 12, batches: 1), network: network).RunEpochs(2);
        using var shared = new TinyTraining(Options(images: 4, batches: 3), network: network).RunEpochs(2);
        Assert.Equal((4, 4), (whole.Trainer.Optimizer.StepCount, shared.Trainer.Optimizer.StepCount));
        Assert.Equal(whole.Trainer.History[1].Loss, shared.Trainer.History[1].Loss, 1e-4);
        foreach (var (expected, actual) in Parameters(whole).Zip(Parameters(shared)))
            Assert.All(expected.Value.ToArray<float>().Zip(actual.Value.ToArray<float>()), pair => Assert.Equal(pair.First, pair.Second, 2e-4f));
    }

    [Theory]
    [InlineData(false, 1, new[] { 0, 0, 0, 0, 1, 1, 1, 1.0 })]
    [InlineData(true, 1, new[] { 0, 0.25, 0.5, 0.75, 1, 1.25, 1.5, 1.75 })]
    [InlineData(true, 2, new[] { 0, 0.5, 1, 1.5 })]
    [InlineData(true, 3, new[] { 0, 0.75, 1, 1.75 })]
    public void A_step_has_the_rate_of_its_first_batch(bool bySteps, int batches, double[] times)
    {
        var schedule = new Listening([]);
        using var run = new TinyTraining(TinyTraining.Options with { Schedule = schedule, RateBySteps = bySteps, Accumulation = batches });
        var asked = new List<double>();
        for (var epoch = 0; epoch < 2; epoch++)
        {
            schedule.Asked.Clear();
            run.Trainer.RunEpoch();
            // The last time is that of the report.
            Assert.Equal(epoch, schedule.Asked[^1]);
            asked.AddRange(schedule.Asked[..^1]);
        }
        Assert.Equal(times, asked);
    }

    private static IEnumerable<Parameter> Parameters(TinyTraining run) => run.Model.Network.Parameters.All.Concat(run.Trainer.LossParameters.All);

    private sealed record Listening(List<double> Asked) : ILearningRateSchedule
    {
        public double Rate(double epoch)
        {
            Asked.Add(epoch);
            return 1e-3;
        }
    }
}
