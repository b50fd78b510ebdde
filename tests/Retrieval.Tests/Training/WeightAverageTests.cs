using Retrieval.Host;
using Retrieval.Models;
using Retrieval.Tests.Host;
using Retrieval.Tests.Support;
using Retrieval.Training.Optimizers;
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
        using (var average = new WeightAverage(parameters, Decay))
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
}
