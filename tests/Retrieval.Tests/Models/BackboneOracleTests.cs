using Retrieval.Host;
using Retrieval.Models;
using Retrieval.Models.Backbones;
using Retrieval.Models.Heads;
using Retrieval.Tests.Host;
using Retrieval.Tests.Support;
using Xunit;

namespace Retrieval.Tests.Models;

/// <summary>Whole networks against published code: the activation map, the descriptors, and one step of fine-tuning.</summary>
public sealed class BackboneOracleTests : OperatorTests
{
    /// <summary>
    /// What bfloat16 may miss, against the largest value of the tensor: every map is rounded by up to 2^-9 of each value, one behind the other. Found
    /// were 0.06 behind 50 layers, and 0.024 for the loss.
    /// </summary>
    private const double BFloat16Tolerance = 0.1;

    /// <summary>
    /// The least cosine between a gradient in bfloat16 and the reference. Each ReLU adds the positions that it lets pass on one side of the rounding
    /// and not on the other: found were 0.83 for the first of 50 layers of 4 channels, 0.95 for VGG's, 0.985 and more for last ones.
    /// </summary>
    private const double BFloat16Cosine = 0.75;

    [DeviceTheory]
    [OracleData("resnet", "resnet_reid", "resnet_ibn_a", "vgg16", "alexnet")]
    public void A_network_gives_the_reference_features(DeviceName on, string path)
    {
        Open(on);
        CheckFeatures(OracleCase.Load(path));
    }

    [DeviceTheory]
    [OracleData("resnet", "resnet_ibn_a", "vgg16", "alexnet")]
    public void Fine_tuning_gives_the_reference_loss_and_gradients(DeviceName on, string path)
    {
        Open(on);
        CheckFineTuning(OracleCase.Load(path));
    }

    [DeviceTheory(Kind = "cuda")]
    [OracleData("resnet", "resnet_reid", "resnet_ibn_a", "vgg16", "alexnet")]
    public void In_bfloat16_features_are_as_close_as_that_can_be(DeviceName on, string path)
    {
        Open(on, Precision.BFloat16);
        CheckFeatures(OracleCase.Load(path), BFloat16Tolerance);
    }

    [DeviceTheory(Kind = "cuda")]
    [OracleData("resnet", "resnet_ibn_a", "vgg16", "alexnet")]
    public void In_bfloat16_gradients_are_as_close_as_that_can_be(DeviceName on, string path)
    {
        Open(on, Precision.BFloat16);
        CheckFineTuning(OracleCase.Load(path), BFloat16Tolerance);
    }

    private void CheckFeatures(OracleCase oracle, double? tolerance = null)
    {
        using var network = new DescriptorNetwork(Device, Describe(oracle));
        OracleParameters.Load(oracle, network.Parameters);
        using var pass = new Pass(Device, PassMode.Inference);

        var map = network.ActivationMap(Images(oracle), pass);

        oracle.CheckNhwc("out.features", Activations.Values(map), tolerance);
        if (oracle.Has("out.descriptors"))
            oracle.Check("out.descriptors", ResNetTests.Transpose(network.Pool(map, pass).ToArray<float>(), oracle.Shape("out.descriptors")), tolerance);
    }

    private void CheckFineTuning(OracleCase oracle, double? tolerance = null)
    {
        if (!oracle.Has("out.loss"))
            return;
        using var network = new DescriptorNetwork(Device, Describe(oracle));
        OracleParameters.Load(oracle, network.Parameters);
        network.Parameters.EnableGradients();
        using var pass = new Pass(Device, PassMode.FrozenStatistics);

        var descriptors = network.Forward(Images(oracle), pass);
        var labels = Device.Rent<int>(new Shape(descriptors.Shape[0]), oracle.Integers("in.label"));
        Tensor loss = Device.Rent(new Shape(1)), gradient = Device.Rent(descriptors.Shape);
        Operators.ContrastiveLoss(descriptors, labels, (float)oracle.Number("margin"), 1e-6f, loss, gradient);
        network.Backward(gradient, pass);

        oracle.Check("out.loss", loss.ToArray<float>(), tolerance);
        var gradients = tolerance is null ? OracleParameters.CheckGradients(oracle, network.Parameters) : OracleParameters.CheckDirections(oracle, network.Parameters, BFloat16Cosine);
        Assert.True(gradients >= 5);
    }

    private Tensor Images(OracleCase oracle) => Activations.Upload(Device, ResNetTests.Nhwc(oracle.Shape("in.x")), oracle.FloatsNhwc("in.x"), Device.ActivationType);

    private static NetworkDescription Describe(OracleCase oracle) => new(Backbone(oracle), new HeadDescription(PoolingKind.Gem), ImageNormalization.ImageNet);

    private static BackboneDescription Backbone(OracleCase oracle) => oracle.Op switch
    {
        "vgg16" => new VggDescription("reference", BaseWidth: 64 / oracle.Integer("width_divisor")),
        "alexnet" => new AlexNetDescription("reference", 64 / oracle.Integer("width_divisor")),
        _ => new ResNetDescription("reference", Block(oracle), [.. oracle.List("layers").Select(count => (int)count)],
            oracle.Integer("base_width"), oracle.Integer("last_stride"), oracle.Flag("stem_relu")),
    };

    private static BlockKind Block(OracleCase oracle)
    {
        if (oracle.Metadata.ContainsKey("ibn_layers"))
            Assert.Equal([1, 2, 3], oracle.List("ibn_layers"));
        return oracle.Text("block") switch
        {
            "bottleneck_ibn" => BlockKind.BottleneckIbn,
            "bottleneck" => BlockKind.Bottleneck,
            _ => BlockKind.Basic,
        };
    }
}
