using System.Numerics.Tensors;
using Retrieval.Host;
using Retrieval.Imaging;
using Retrieval.Imaging.Augmentation;
using Retrieval.Models;
using Retrieval.Models.Heads;
using Retrieval.Tests.Models;
using Retrieval.Training.Data;
using Retrieval.Training.Extraction;
using Retrieval.Training.Losses;
using Retrieval.Training.Steps;
using Xunit;

namespace Retrieval.Tests.Training;

public sealed class TrainingStepTests : IDisposable
{
    /// <summary>A margin that every negative violates.</summary>
    private static readonly ContrastiveLoss Pairs = new(1.9f);

    private const double LossChange = 1e-4;

    private static readonly int[] Labels = [-1, 1, 0, 0];

    private readonly Device _device = Device.OpenCpu(1);
    private readonly DescriptorNetwork _network;

    public TrainingStepTests()
    {
        // The last stride leaves a map of several positions, so that the exponent of the pooling matters.
        var description = ResNetTests.Small(PoolingKind.Gem, whitening: 8);
        _network = new DescriptorNetwork(_device, description with { Backbone = ResNetTests.SmallBackbone with { LastStride = 1 } });
        WeightInitializer.Initialize(_network.Parameters, seed: 4);
        Disturb();
        _network.Parameters.EnableGradients();
    }

    public void Dispose()
    {
        _network.Dispose();
        _device.Dispose();
    }

    [Fact]
    public void Two_tuples_add_their_gradients()
    {
        RgbImage[] first = Images(0, 4), second = Images(4, 4);
        using var step = TupleSteps.Create(_network, Pairs, PassMode.FrozenStatistics, Labels.Length);
        var (firstLoss, firstGradients) = Run(step, first, Labels);
        var (secondLoss, secondGradients) = Run(step, second, Labels);
        var (loss, gradients) = Run(step, [.. first, .. second], [.. Labels, .. Labels]);

        _network.Parameters.ZeroGradients();
        var apart = Loss(step, first) + Loss(step, second);

        Assert.Equal(firstLoss + secondLoss, loss, 1e-4);
        Assert.Equal(firstLoss + secondLoss, apart);
        foreach (var parameter in _network.Parameters.Trainable)
        {
            var sum = new float[parameter.Value.Count];
            TensorPrimitives.Add(firstGradients[parameter.Name], secondGradients[parameter.Name], sum);
            AssertClose(sum, parameter.Gradient.ToArray<float>(), parameter.Name);
            AssertClose(sum, gradients[parameter.Name], parameter.Name);
        }
    }

    [Fact]
    public void Images_of_several_sizes_give_the_loss_of_their_descriptors()
    {
        var images = Images(0, 4, severalSizes: true);
        using var step = TupleSteps.Create(_network, Pairs, PassMode.FrozenStatistics, Labels.Length);
        var (loss, _) = Run(step, images, Labels);
        var extractor = new DescriptorExtractor(new RetrievalModel(_network), new ExtractionOptions());
        var rows = extractor.ExtractAll(new MemoryImageSource(images), [0, 1, 2, 3]).Chunk(extractor.Dimension).ToArray();
        double Distance(int other) => TensorPrimitives.Distance(rows[0], rows[other]);
        var expected = (Math.Pow(Distance(1), 2) + Math.Pow(Pairs.Margin - Distance(2), 2) + Math.Pow(Pairs.Margin - Distance(3), 2)) / 2;
        Assert.Equal(expected, loss, 1e-4);
    }

    [Fact]
    public void Batch_statistics_refuse_images_of_several_sizes_and_say_what_to_do()
    {
        using var step = TupleSteps.Create(_network, Pairs, PassMode.BatchStatistics, Labels.Length);
        var exception = Assert.Throws<ArgumentException>(() => step.Run([.. Images(0, 4, severalSizes: true)], TupleSteps.Rows(Labels)));
        Assert.Contains("frozen statistics", exception.Message, StringComparison.Ordinal);
        Assert.True(Loss(step, Images(0, 4)) > 0);
    }

    [Theory]
    [InlineData(PassMode.BatchStatistics, false)]
    [InlineData(PassMode.FrozenStatistics, false)]
    [InlineData(PassMode.FrozenStatistics, true)]
    public void A_steady_state_keeps_and_allocates_nothing(PassMode mode, bool severalSizes)
    {
        AugmentedImage[] images = [.. Images(0, 4, severalSizes)];
        var rows = TupleSteps.Rows(Labels);
        using var step = TupleSteps.Create(_network, Pairs, mode, Labels.Length);
        for (var i = 0; i < 3; i++)
            step.Run(images, rows);
        long rented = _device.Arena.RentedByteCount, peak = _device.Arena.PeakByteCount, allocated = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 5; i++)
            step.Run(images, rows);
        Assert.Equal((0, rented, peak), (GC.GetAllocatedBytesForCurrentThread() - allocated, _device.Arena.RentedByteCount, _device.Arena.PeakByteCount));
    }

    /// <summary>
    /// Each parameter is moved along its own gradient, which tells whether length and signs are right, and along a random direction,
    /// which tells whether a part is missing. The moves are small against the kinks of ReLU and maximum, and large against float32's rounding.
    /// </summary>
    [Theory]
    [InlineData(PassMode.BatchStatistics, false)]
    [InlineData(PassMode.FrozenStatistics, true)]
    public void Gradients_through_network_and_loss_are_those_of_finite_differences(PassMode mode, bool severalSizes)
    {
        var images = Images(0, 4, severalSizes);
        using var step = TupleSteps.Create(_network, Pairs, mode, Labels.Length);
        var (_, gradients) = Run(step, images, Labels);
        var random = new SeededRandom(21);
        foreach (var parameter in _network.Parameters.Trainable)
        {
            var gradient = gradients[parameter.Name];
            double norm = TensorPrimitives.Norm<float>(gradient), typical = norm / Math.Sqrt(gradient.Length);
            Check(gradient, LossChange / norm, 0.05 * norm);
            Check(Array.ConvertAll(gradient, _ => (float)random.NextGaussian()), LossChange / typical, 0.1 * typical);

            void Check(float[] direction, double reach, double tolerance)
            {
                var unit = new float[direction.Length];
                TensorPrimitives.Divide(direction, TensorPrimitives.Norm<float>(direction), unit);
                var expected = TensorPrimitives.Dot<float>(gradient, unit);
                var measured = Slope(parameter, unit, (float)reach, () => Loss(step, images));
                Assert.True(Math.Abs(measured - expected) <= tolerance, $"{parameter.Name}: expected {expected:g4}, measured {measured:g4}, tolerance {tolerance:g2}");
            }
        }
        ParameterRole[] roles = [ParameterRole.Convolution, ParameterRole.Linear, ParameterRole.Bias, ParameterRole.NormScale, ParameterRole.PoolExponent];
        Assert.Equal(roles, _network.Parameters.Trainable.Select(parameter => parameter.Role).Distinct().Order());
    }

    /// <summary>Central difference of a function of the parameter along a direction.</summary>
    private static double Slope(Parameter parameter, float[] direction, float reach, Func<double> function)
    {
        var values = parameter.Value.ToArray<float>();
        var moved = new float[values.Length];
        double At(float by)
        {
            TensorPrimitives.FusedMultiplyAdd(direction, by, values, moved);
            parameter.Set(moved);
            return function();
        }
        var slope = (At(reach) - At(-reach)) / (2 * reach);
        parameter.Set(values);
        return slope;
    }

    private (double Loss, Dictionary<string, float[]> Gradients) Run(TrainingStep step, RgbImage[] images, int[] labels)
    {
        _network.Parameters.ZeroGradients();
        var loss = Loss(step, images, labels);
        return (loss, _network.Parameters.Trainable.ToDictionary(parameter => parameter.Name, parameter => parameter.Gradient.ToArray<float>()));
    }

    private static double Loss(TrainingStep step, RgbImage[] images, int[]? labels = null)
    {
        step.Losses.Clear();
        step.Run([.. images], TupleSteps.Rows(labels ?? Labels));
        return step.Losses.Read();
    }

    /// <summary>Normalisations that are not the identity.</summary>
    private void Disturb()
    {
        var random = new SeededRandom(8);
        foreach (var parameter in _network.Parameters.All)
            if (parameter.Name.Contains("running_var", StringComparison.Ordinal) || parameter.Role == ParameterRole.NormScale)
                parameter.Set(Array.ConvertAll(parameter.Value.ToArray<float>(), _ => (float)random.NextDouble(0.6, 1.4)));
            else if (parameter.Role is ParameterRole.Statistic or ParameterRole.Bias)
                parameter.Set(Array.ConvertAll(parameter.Value.ToArray<float>(), _ => (float)(0.1 * random.NextGaussian())));
    }

    private static RgbImage[] Images(int first, int count, bool severalSizes = false)
    {
        var source = StripedImages.Source(8, 1, i => severalSizes ? (40 + (8 * (i % 3)), 48 - (4 * (i % 2))) : (48, 40));
        return [.. Enumerable.Range(first, count).Select(source.Load)];
    }

    private static void AssertClose(float[] expected, float[] actual, string name)
    {
        var difference = TensorPrimitives.Distance<float>(expected, actual);
        Assert.True(difference <= 1e-4 * TensorPrimitives.Norm<float>(expected), $"{name}: {difference} of {TensorPrimitives.Norm<float>(expected)}");
    }
}
