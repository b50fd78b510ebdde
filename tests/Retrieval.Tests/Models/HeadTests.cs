using Retrieval.Host;
using Retrieval.Models;
using Retrieval.Models.Heads;
using Retrieval.Tests.Host;
using Retrieval.Tests.Support;
using Xunit;

namespace Retrieval.Tests.Models;

public sealed class HeadTests : OperatorTests
{
    /// <summary>Cases with a local whitening (a linear layer per position) belong to a head that this network does not have.</summary>
    [DeviceTheory]
    [OracleData("retrieval_head")]
    public void A_head_gives_the_reference_descriptors_and_gradients(DeviceName on, string path)
    {
        Open(on);
        var device = Device;
        var oracle = OracleCase.Load(path);
        using var parameters = new ParameterSet(device);
        var shape = oracle.Shape("in.x");
        var local = oracle.Flag("local_whitening") ? new LinearLayer(parameters, "lwhiten", shape[1], oracle.Shape("param.lwhiten.weight")[0]) : null;
        var channels = local?.Weights.Value.Shape[0] ?? shape[1];
        var pooling = new PoolingHead(parameters, new HeadDescription(HeadDescription.ParsePooling(oracle.Text("pool"))), channels);
        var whitening = oracle.Flag("whitening") ? new LinearLayer(parameters, "whiten", channels, oracle.Shape("param.whiten.weight")[0]) : null;
        OracleParameters.Load(oracle, parameters);
        parameters.EnableGradients();
        using var pass = new Pass(device, PassMode.FrozenStatistics);

        var x = device.Rent<float>(ResNetTests.Nhwc(shape), oracle.FloatsNhwc("in.x"));
        var positions = new Shape((int)x.Shape.Rows, shape[1]);
        var map = local is null ? x : local.Forward(x.Reshape(positions), pass).Reshape(new Shape(shape[0], shape[2], shape[3], channels));
        var descriptors = L2Layer.Forward(pooling.Forward(map, pass), pass);
        if (whitening is not null)
            descriptors = L2Layer.Forward(whitening.Forward(descriptors, pass), pass);
        oracle.Check("out.descriptors", ResNetTests.Transpose(descriptors.ToArray<float>(), oracle.Shape("out.descriptors")));

        // One column per image in the file, one row here.
        int[] output = oracle.Shape("in.grad_output");
        var gradient = device.Rent<float>(descriptors.Shape, ResNetTests.Transpose(oracle.Floats("in.grad_output"), [output[1], output[0]]));
        L2Layer.Backward(gradient, pass);
        if (whitening is not null)
        {
            gradient = whitening.Backward(gradient, pass);
            L2Layer.Backward(gradient, pass);
        }
        var dx = pooling.Backward(gradient, pass);
        if (local is not null)
            dx = local.Backward(dx.Reshape(new Shape(positions[0], channels)), pass);
        oracle.CheckNhwc("grad.x", dx.ToArray<float>());
        OracleParameters.CheckGradients(oracle, parameters);
    }

    [Theory]
    [OracleData("multiscale")]
    public void Descriptors_of_several_scales_are_combined_as_in_the_reference(string path)
    {
        var oracle = OracleCase.Load(path);
        using var device = Device.OpenCpu();
        var scales = oracle.List("scales");
        var dimension = oracle.Shape("out.single0")[0];
        var stack = device.Rent(new Shape(scales.Length, 1, dimension));
        for (var s = 0; s < scales.Length; s++)
            stack.Slice(s, 1).Upload<float>(oracle.Floats($"out.single{s}"));
        var exponent = oracle.Text("msp") == "p" ? oracle.Floats("param.pool.p")[0] : (float)oracle.Number("msp");
        var y = device.Rent(new Shape(1, dimension));
        device.Operators.AggregateScales(stack, exponent, y);
        device.Operators.L2Normalize(y, 0, y, Tensor.None);
        oracle.Check("out.descriptor", y.ToArray<float>());
    }
}
