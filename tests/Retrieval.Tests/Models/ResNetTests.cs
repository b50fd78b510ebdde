using Retrieval.Host;
using Retrieval.Models;
using Retrieval.Models.Backbones;
using Retrieval.Models.Heads;
using Retrieval.Tests.Host;
using Retrieval.Tests.Support;
using Xunit;

namespace Retrieval.Tests.Models;

public sealed class ResNetTests : OperatorTests
{
    /// <summary>
    /// What bfloat16 may miss, against the largest value of the tensor. Every map is rounded by up to 2^-9 of each value, one behind the
    /// other; gradients add that of positions which a ReLU lets pass on one side of the rounding and not on the other. Found were 0.13;
    /// for gradients of parameters, which are sums that nearly cancel behind the batch's statistics, 0.28: those have twice the tolerance.
    /// </summary>
    private const double BFloat16Tolerance = 0.2;

    [DeviceTheory]
    [OracleData("bottleneck")]
    public void A_bottleneck_gives_the_reference_output_and_gradients(DeviceName on, string path)
    {
        Open(on);
        CheckBottleneck(OracleCase.Load(path));
    }

    [DeviceTheory]
    [OracleData("resnet", "resnet_reid")]
    public void A_network_gives_the_reference_features(DeviceName on, string path)
    {
        Open(on);
        CheckFeatures(OracleCase.Load(path));
    }

    [DeviceTheory]
    [OracleData("resnet")]
    public void Fine_tuning_gives_the_reference_loss_and_gradients(DeviceName on, string path)
    {
        Open(on);
        CheckFineTuning(OracleCase.Load(path));
    }

    [DeviceTheory(Kind = "cuda")]
    [OracleData("bottleneck", "resnet_reid")]
    public void In_bfloat16_it_is_as_close_as_that_can_be(DeviceName on, string path)
    {
        Open(on, Precision.BFloat16);
        var oracle = OracleCase.Load(path);
        if (oracle.Op == "bottleneck")
            CheckBottleneck(oracle, BFloat16Tolerance);
        else
            CheckFeatures(oracle, BFloat16Tolerance);
    }

    private void CheckBottleneck(OracleCase oracle, double? tolerance = null)
    {
        using var parameters = new ParameterSet(Device);
        var inputs = oracle.Shape("in.x");
        using var block = new ResidualBlock(parameters, "", BlockKind.Bottleneck, inputs[1], oracle.Integer("planes"), oracle.Integer("stride"), oracle.Flag("downsample"));
        OracleParameters.Load(oracle, parameters);
        parameters.EnableGradients();
        using var pass = new Pass(Device, oracle.Flag("training") ? PassMode.BatchStatistics : PassMode.FrozenStatistics);

        var y = block.Forward(Map(Nhwc(inputs), oracle.FloatsNhwc("in.x")), pass);
        oracle.CheckNhwc("out.y", Activations.Values(y), tolerance);
        var dx = block.Backward(Map(y.Shape, oracle.FloatsNhwc("in.grad_output")), pass);

        oracle.CheckNhwc("grad.x", Activations.Values(dx), tolerance);
        Assert.True(OracleParameters.CheckGradients(oracle, parameters, 2 * tolerance) >= 9);
        foreach (var statistic in parameters.All.Where(parameter => oracle.Has("out." + parameter.Name)))
            oracle.Check("out." + statistic.Name, statistic.Value.ToArray<float>(), tolerance);
    }

    private void CheckFeatures(OracleCase oracle, double? tolerance = null)
    {
        using var network = new DescriptorNetwork(Device, Describe(oracle));
        OracleParameters.Load(oracle, network.Parameters);
        using var pass = new Pass(Device, PassMode.Inference);

        var map = network.ActivationMap(Map(Nhwc(oracle.Shape("in.x")), oracle.FloatsNhwc("in.x")), pass);

        oracle.CheckNhwc("out.features", Activations.Values(map), tolerance);
        if (oracle.Has("out.descriptors"))
            oracle.Check("out.descriptors", Transpose(network.Pool(map, pass).ToArray<float>(), oracle.Shape("out.descriptors")), tolerance);
    }

    private void CheckFineTuning(OracleCase oracle)
    {
        if (!oracle.Has("out.loss"))
            return;
        using var network = new DescriptorNetwork(Device, Describe(oracle));
        OracleParameters.Load(oracle, network.Parameters);
        network.Parameters.EnableGradients();
        using var pass = new Pass(Device, PassMode.FrozenStatistics);

        var descriptors = network.Forward(Map(Nhwc(oracle.Shape("in.x")), oracle.FloatsNhwc("in.x")), pass);
        var labels = Device.Rent<int>(new Shape(descriptors.Shape[0]), oracle.Integers("in.label"));
        Tensor loss = Device.Rent(new Shape(1)), gradient = Device.Rent(descriptors.Shape);
        Operators.ContrastiveLoss(descriptors, labels, (float)oracle.Number("margin"), 1e-6f, loss, gradient);
        network.Backward(gradient, pass);

        oracle.Check("out.loss", loss.ToArray<float>());
        Assert.True(OracleParameters.CheckGradients(oracle, network.Parameters) >= 5);
    }

    private Tensor Map(Shape shape, float[] values) => Activations.Upload(Device, shape, values, Device.ActivationType);

    [Fact]
    public void A_pass_leaves_no_memory_behind()
    {
        using var device = Device.OpenCpu();
        using var network = new DescriptorNetwork(device, Small(PoolingKind.Gem));
        WeightInitializer.Initialize(network.Parameters, seed: 1);
        network.Parameters.EnableGradients();
        var images = device.Rent(new Shape(2, 33, 47, 3));
        device.Operators.Fill(images, 0.5f);
        foreach (var mode in Enum.GetValues<PassMode>())
        {
            using var pass = new Pass(device, mode);
            pass.Release(network.Forward(images, pass));
            pass.Reset(mode);
            var before = device.Arena.RentedByteCount;
            for (var i = 0; i < 2; i++)
            {
                var descriptors = network.Forward(images, pass);
                pass.Release(descriptors);
                if (mode != PassMode.Inference)
                {
                    var gradient = device.Rent(descriptors.Shape);
                    device.Operators.Fill(gradient, 0.1f);
                    network.Backward(gradient, pass);
                }
                pass.Reset(mode);
            }
            Assert.Equal(before, device.Arena.RentedByteCount);
        }
    }

    internal static NetworkDescription Small(PoolingKind pooling, int whitening = 0) =>
        new(SmallBackbone, new HeadDescription(pooling, WhiteningDimensions: whitening), ImageNormalization.ImageNet);

    internal static ResNetDescription SmallBackbone { get; } = new("small", BlockKind.Basic, [1, 1, 1, 1], 4);

    internal static Shape Nhwc(int[] nchw) => new(nchw[0], nchw[2], nchw[3], nchw[1]);

    internal static float[] Transpose(float[] rows, int[] columnsShape)
    {
        int dimension = columnsShape[0], count = columnsShape[1];
        var result = new float[rows.Length];
        for (var n = 0; n < count; n++)
            for (var d = 0; d < dimension; d++)
                result[(d * count) + n] = rows[(n * dimension) + d];
        return result;
    }

    private static NetworkDescription Describe(OracleCase oracle)
    {
        var block = oracle.Text("block") == "bottleneck" ? BlockKind.Bottleneck : BlockKind.Basic;
        var layers = oracle.List("layers").Select(count => (int)count).ToArray();
        var backbone = new ResNetDescription("reference", block, layers, oracle.Integer("base_width"), oracle.Integer("last_stride"), oracle.Flag("stem_relu"));
        return new NetworkDescription(backbone, new HeadDescription(PoolingKind.Gem), ImageNormalization.ImageNet);
    }
}
