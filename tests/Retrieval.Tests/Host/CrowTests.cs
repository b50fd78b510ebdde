using Retrieval.Host;
using Retrieval.Tests.Support;

namespace Retrieval.Tests.Host;

/// <summary>Cross-dimensional weights against the paper's formulas in double precision.</summary>
public sealed class CrowTests : OperatorTests
{
    [DeviceTheory]
    [Xunit.InlineData(1, 1, 1)]
    [Xunit.InlineData(2, 12, 5)]
    [Xunit.InlineData(1, 49, 64)]
    [Xunit.InlineData(2, 7, 1030)]
    public void Weights_of_positions_and_channels(DeviceName on, int images, int positions, int channels)
    {
        Open(on);
        var shape = new Shape(images, 1, positions, channels);
        foreach (var (type, shift) in MapKinds)
        {
            var values = Activations.Rounded([.. Reference.Random(shape.Count, 1).Select((value, i) => i % channels == 3 ? 0 : Math.Max(0, value))], type);
            using var x = new GuardedTensor(Device, shape, values, type, shift);
            using var weights = new GuardedTensor(Device, new Shape(1, images, 1, positions));
            using var channelWeights = new GuardedTensor(Device, new Shape(images, channels));
            Operators.CrowWeights(x.Tensor, weights.Tensor, channelWeights.Tensor);
            var (expectedWeights, expectedChannels) = Expected(values, images, positions, channels);
            Reference.Close(expectedWeights, weights.Values());
            Reference.Close(expectedChannels, channelWeights.Values());
        }
    }

    private static (List<double> Positions, List<double> Channels) Expected(float[] x, int images, int positions, int channels)
    {
        List<double> weights = [], channelWeights = [];
        for (var n = 0; n < images; n++)
        {
            double At(int i, int c) => x[(((n * positions) + i) * channels) + c];
            var sums = Enumerable.Range(0, positions).Select(i => Enumerable.Range(0, channels).Sum(c => At(i, c))).ToArray();
            var norm = Math.Sqrt(sums.Sum(sum => sum * sum));
            weights.AddRange(sums.Select(sum => norm == 0 ? 0 : Math.Sqrt(sum / norm)));
            var shares = Enumerable.Range(0, channels).Select(c => Enumerable.Range(0, positions).Count(i => At(i, c) != 0) / (double)positions).ToArray();
            channelWeights.AddRange(shares.Select(share => share == 0 ? 0 : Math.Log(shares.Sum() / share)));
        }
        return (weights, channelWeights);
    }
}
