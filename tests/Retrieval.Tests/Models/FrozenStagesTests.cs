using Retrieval.Host;
using Retrieval.Models;
using Retrieval.Models.Backbones;
using Retrieval.Models.Heads;
using Retrieval.Tests.Host;
using Retrieval.Tests.Support;
using Xunit;

namespace Retrieval.Tests.Models;

/// <summary>Stages that are not trained.</summary>
public sealed class FrozenStagesTests : OperatorTests
{
    private static readonly Shape Images = new(2, 67, 67, 3);

    private static readonly string[] Architectures = ["alexnet-w2", "vgg16-w2", "vgg16_bn-w2", "resnet18-w2", "resnet50-ibn-a-w2"];

    public static TheoryData<string, int> Cases { get; } = new(from architecture in Architectures from frozen in new[] { 1, 2, 5 } select (architecture, frozen));

    /// <summary>The others get the very gradients that they get when all are trained, and less is kept for them.</summary>
    [DeviceTheory]
    [MemberData(nameof(Cases))]
    public void What_is_trained_gets_the_same_gradients(DeviceName on, string architecture, int frozen)
    {
        Open(on);
        using DescriptorNetwork whole = Network(architecture, 0), cut = Network(architecture, frozen);
        long kept = Step(whole, PassMode.FrozenStatistics), keptOfCut = Step(cut, PassMode.FrozenStatistics);
        Assert.True(keptOfCut < kept, $"kept {keptOfCut} bytes, {kept} with all stages trained");
        Assert.Equal(frozen == 5, cut.Parameters.Trainable.All(parameter => parameter.Name == "pool.p"));
        Assert.Contains(cut.Parameters.All, parameter => parameter.Frozen);
        foreach (var parameter in cut.Parameters.All)
        {
            if (parameter.Frozen)
                Assert.True(parameter.Gradient.IsNone, parameter.Name);
            else if (parameter.Trainable)
                Assert.Equal(whole.Parameters[parameter.Name].Gradient.ToArray<float>(), parameter.Gradient.ToArray<float>());
        }
    }

    [DeviceTheory]
    [MemberData(nameof(Cases))]
    public void With_the_batchs_statistics_theirs_stay(DeviceName on, string architecture, int frozen)
    {
        Open(on);
        using var network = Network(architecture, frozen);
        float[][] Statistics(bool ofFrozen) =>
            [.. network.Parameters.All.Where(parameter => parameter.Role == ParameterRole.Statistic && parameter.Frozen == ofFrozen).Select(parameter => parameter.Value.ToArray<float>())];
        float[][] before = Statistics(ofFrozen: true), others = Statistics(ofFrozen: false);
        Step(network, PassMode.BatchStatistics);
        Assert.Equal(before, Statistics(ofFrozen: true));
        Assert.All(others.Zip(Statistics(ofFrozen: false)), pair => Assert.NotEqual(pair.First, pair.Second));
    }

    /// <summary>Runs forward and backward, and says how many bytes were rented in between.</summary>
    private long Step(DescriptorNetwork network, PassMode mode)
    {
        network.Parameters.EnableGradients();
        using var pass = new Pass(Device, mode);
        var images = Upload(Images, Reference.Random(Images.Count, 9));
        var before = Device.Memory.RentedByteCount;
        var descriptors = network.Forward(images, pass);
        var kept = Device.Memory.RentedByteCount - before;
        var gradient = Upload(descriptors.Shape, Reference.Random(descriptors.Shape.Count, 5));
        pass.Release(descriptors);
        network.Backward(gradient, pass);
        pass.Reset(mode);
        Assert.Equal(before, Device.Memory.RentedByteCount);
        return kept;
    }

    private DescriptorNetwork Network(string architecture, int frozen)
    {
        var backbone = BackboneDescription.Parse(architecture) with { FrozenStages = frozen };
        var network = new DescriptorNetwork(Device, new NetworkDescription(backbone, new HeadDescription(PoolingKind.Gem), ImageNormalization.ImageNet));
        WeightInitializer.Initialize(network.Parameters, seed: 5);
        return network;
    }
}
