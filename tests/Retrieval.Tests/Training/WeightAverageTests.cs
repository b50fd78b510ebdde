using Retrieval.Host;
using Retrieval.Models;
using Retrieval.Models.Heads;
using Retrieval.Tests.Host;
using Retrieval.Tests.Models;
using Retrieval.Tests.Support;
using Retrieval.Training.Losses;
using Retrieval.Training.Optimizers;
using Retrieval.Training.Sampling;
using Xunit;

namespace Retrieval.Tests.Training;

public sealed class WeightAverageTests : OperatorTests
{
    private const double Decay = 0.8;

    [DeviceTheory]
    public void The_average_follows_weights_and_statistics_and_changes_places_with_them(DeviceName on)
    {
        Open(on);
        using var parameters = new ParameterSet(Device);
        var weights = parameters.Add("w", ParameterRole.Linear, new Shape(1, 3), 1);
        var statistic = parameters.Add("s", ParameterRole.Statistic, new Shape(2), 5);
        parameters.EnableGradients();
        using (var average = new WeightAverage(Device, parameters.All, Decay))
        {
            weights.Set([2, 3, -4]);
            statistic.Set([6, 4]);
            average.Follow();
            average.Follow();
            average.Swap();
            double[] expected = [1.36, 1.72, -0.8], expectedStatistic = [5.36, 4.64];
            Assert.All(weights.Value.ToArray<float>().Zip(expected), pair => Assert.Equal(pair.Second, pair.First, 1e-5));
            Assert.All(statistic.Value.ToArray<float>().Zip(expectedStatistic), pair => Assert.Equal(pair.Second, pair.First, 1e-5));
            average.Swap();
            Assert.Equal([2, 3, -4], weights.Value.ToArray<float>());
            Assert.Equal([6, 4], statistic.Value.ToArray<float>());
        }
    }

    /// <summary>One step an epoch, so that all weights that the average has met are seen: it starts from the first ones, a_t = d a_(t-1) + (1 - d) w_t.</summary>
    [Fact]
    public void Training_averages_the_weights_of_its_steps_and_those_of_its_classifier()
    {
        var options = TinyTraining.Options with
        {
            Losses = [new(new CrossEntropyLoss(new CrossEntropyOptions(LossOutputs.Embedding, Bias: true, Deviation: 0)))],
            Sampling = new ShuffledSampling(TinyTraining.Data.Images.Count),
            Average = Decay,
        };
        using var run = new TinyTraining(options, network: ResNetTests.Small(PoolingKind.Gem));
        double[] expected = [.. Weights(run)];
        for (var step = 1; step <= 3; step++)
        {
            run.RunEpochs(1);
            Assert.Equal(step, run.Trainer.Optimizer.StepCount);
            expected = [.. expected.Zip(Weights(run), (average, weight) => (Decay * average) + ((1 - Decay) * weight))];
        }
        double[] last = [.. Weights(run)], found = [];
        run.Trainer.WithFinalWeights(() => found = [.. Weights(run)]);
        Assert.All(expected.Zip(found), pair => Assert.Equal(pair.First, pair.Second, 1e-5));
        Assert.Equal(last, Weights(run));
        Assert.True(expected.Zip(last).Max(pair => Math.Abs(pair.First - pair.Second)) > 1e-3);
    }

    private static IEnumerable<double> Weights(TinyTraining run) =>
        run.Model.Network.Parameters.All.Concat(run.Trainer.LossParameters.All).SelectMany(parameter => parameter.Value.ToArray<float>()).Select(value => (double)value);
}
