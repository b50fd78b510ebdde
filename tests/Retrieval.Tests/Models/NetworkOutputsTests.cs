using Retrieval.Host;
using Retrieval.Models;
using Retrieval.Models.Heads;
using Retrieval.Tests.Host;
using Retrieval.Tests.Support;
using Xunit;

namespace Retrieval.Tests.Models;

/// <summary>The three representations that losses look at, and gradients of any choice of them.</summary>
public sealed class NetworkOutputsTests : OperatorTests
{
    private const int Images = 3;

    [DeviceTheory]
    [InlineData(false, 0)]
    [InlineData(true, 0)]
    [InlineData(true, 5)]
    public void Gradients_of_the_outputs_add_up(DeviceName on, bool neck, int whitening)
    {
        Open(on);
        using var network = Make(neck, whitening);
        var images = RandomImages();
        var alone = Enumerable.Range(0, 3).Where(output => neck || output != 1).Select(output => Gradients(network, images, [output])).ToArray();
        var together = Gradients(network, images, neck ? [0, 1, 2] : [0, 2]);
        for (var i = 0; i < together.Length; i++)
        {
            var sum = alone.Aggregate(new double[together[i].Length], (total, one) => [.. total.Zip(one[i], (a, b) => a + b)]);
            Reference.Close(sum, together[i], 1e-4, floor: 1e-3);
        }
    }

    [DeviceTheory]
    public void Descriptors_are_those_of_the_neck(DeviceName on)
    {
        Open(on);
        using var network = Make(neck: true, whitening: 0);
        using var pass = new Pass(Device, PassMode.Inference);
        var images = RandomImages();
        var outputs = network.ForwardAll(images, pass);
        var normalised = Device.Rent(outputs.Neck.Shape);
        Operators.L2Normalize(outputs.Neck, L2Layer.Epsilon, normalised, Tensor.None);
        Assert.Equal(normalised.ToArray<float>(), outputs.Descriptors.ToArray<float>());
        Assert.NotEqual(outputs.Embedding.ToArray<float>(), outputs.Neck.ToArray<float>());
        Assert.Equal(outputs.Descriptors.ToArray<float>(), network.Forward(images, pass).ToArray<float>());
    }

    [DeviceTheory]
    public void Images_that_fill_the_batch_leave_the_neck_alone(DeviceName on)
    {
        Open(on);
        using var network = Make(neck: true, whitening: 0);
        var real = Device.Rent<int>(new Shape(Images), [1, 1, 0]);
        using var pass = new Pass(Device, PassMode.BatchStatistics);
        var outputs = network.ForwardAll(RandomImages(), pass, real);
        var filler = outputs.Neck.ToArray<float>().AsSpan(2 * outputs.Neck.Shape[1]).ToArray();
        Assert.All(filler, value => Assert.Equal(0, value));
        outputs.Release(pass);
    }

    private DescriptorNetwork Make(bool neck, int whitening)
    {
        var description = ResNetTests.Small(PoolingKind.Gem, whitening);
        var network = new DescriptorNetwork(Device, description with { Head = description.Head with { Neck = neck } });
        WeightInitializer.Initialize(network.Parameters, 3);
        network.Parameters.EnableGradients();
        return network;
    }

    private Tensor RandomImages() => Upload(new Shape(Images, 33, 33, 3), Reference.Random(Images * 33 * 33 * 3, 7));

    /// <summary>The gradients of all trainable parameters, from those of some of the outputs.</summary>
    private float[][] Gradients(DescriptorNetwork network, Tensor images, int[] which)
    {
        network.Parameters.ZeroGradients();
        using var pass = new Pass(Device, PassMode.BatchStatistics);
        var outputs = network.ForwardAll(images, pass);
        Tensor GradientOf(Tensor output, int index) =>
            which.Contains(index) ? Upload(output.Shape, Reference.Random(output.Shape.Count, 20 + index)) : Tensor.None;
        network.Backward(new NetworkOutputs(GradientOf(outputs.Embedding, 0), GradientOf(outputs.Neck, 1), GradientOf(outputs.Descriptors, 2)), pass);
        outputs.Release(pass);
        return [.. network.Parameters.Trainable.Select(parameter => parameter.Gradient.ToArray<float>())];
    }
}
