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
    [OracleData("bottleneck", "bottleneck_ibn")]
    public void A_bottleneck_gives_the_reference_output_and_gradients(DeviceName on, string path)
    {
        Open(on);
        CheckBottleneck(OracleCase.Load(path));
    }

    [DeviceTheory(Kind = "cuda")]
    [OracleData("bottleneck", "bottleneck_ibn")]
    public void In_bfloat16_it_is_as_close_as_that_can_be(DeviceName on, string path)
    {
        Open(on, Precision.BFloat16);
        CheckBottleneck(OracleCase.Load(path), BFloat16Tolerance);
    }

    private void CheckBottleneck(OracleCase oracle, double? tolerance = null)
    {
        using var parameters = new ParameterSet(Device);
        var inputs = oracle.Shape("in.x");
        var kind = oracle.Op == "bottleneck" ? BlockKind.Bottleneck : BlockKind.BottleneckIbn;
        using var block = new ResidualBlock(parameters, "", kind, inputs[1], oracle.Integer("planes"), oracle.Integer("stride"), oracle.Flag("downsample"));
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
}
