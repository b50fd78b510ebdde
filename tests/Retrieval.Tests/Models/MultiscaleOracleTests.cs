using Retrieval.Host;
using Retrieval.Models;
using Retrieval.Models.Backbones;
using Retrieval.Models.Heads;
using Retrieval.Tests.Host;
using Retrieval.Tests.Support;

namespace Retrieval.Tests.Models;

/// <summary>A small network's descriptors of an image at several scales, joined: the whole of it, as an image goes through.</summary>
public sealed class MultiscaleOracleTests : OperatorTests
{
    [DeviceTheory]
    [OracleData("multiscale")]
    public void Describes_at_several_scales(DeviceName on, string path)
    {
        Open(on);
        Check(OracleCase.Load(path));
    }

    /// <summary>Maps are rounded to 8 bits of mantissa. Found were 0.01.</summary>
    [DeviceTheory(Kind = "cuda")]
    [OracleData("multiscale")]
    public void Describes_at_several_scales_in_bfloat16(DeviceName on, string path)
    {
        Open(on, Precision.BFloat16);
        Check(OracleCase.Load(path), tolerance: 0.03);
    }

    private void Check(OracleCase oracle, double? tolerance = null)
    {
        using var parameters = new ParameterSet(Device);
        using ConvRelu first = Layer("conv1"), second = Layer("conv2");
        var channels = oracle.Shape("param.conv2.weight")[0];
        var pooling = new HeadDescription(PoolingKind.Gem).CreatePooling(parameters, channels);
        var whitening = oracle.Flag("whitening") ? new LinearLayer(parameters, "whiten", channels, oracle.Shape("param.whiten.weight")[0]) : null;
        OracleParameters.Load(oracle, parameters);
        using var pass = new Pass(Device, PassMode.Inference);
        Tensor image = Map(oracle, "in.x", Device.ActivationType);
        var scales = oracle.List("scales").Select(scale => (float)scale).ToArray();
        var stack = Device.Rent(new Shape(scales.Length, 1, oracle.Shape("out.descriptor")[0]));
        for (var s = 0; s < scales.Length; s++)
            Operators.Copy(Describe(image, scales[s]), stack.Slice(s, 1));
        var y = Device.Rent(new Shape(1, stack.Shape[2]));
        Operators.AggregateScales(stack, scales.Length > 1 && whitening is null ? pooling.ScaleExponent : 1, y);
        Operators.L2Normalize(y, 0, y, Tensor.None);
        oracle.Check("out.descriptor", y.ToArray<float>(), tolerance);

        ConvRelu Layer(string name)
        {
            var shape = oracle.Shape($"param.{name}.weight");
            return new ConvRelu(parameters, name, shape[1], shape[0], ConvolutionGeometry.Square(shape[2], oracle.Integer(name + "_stride"), oracle.Integer(name + "_padding")));
        }

        Tensor Describe(Tensor x, float scale)
        {
            var scaled = Device.Rent(new Shape(1, (int)(x.Shape[1] * scale), (int)(x.Shape[2] * scale), x.Shape[3]), x.Type);
            Operators.ResizeBilinear(x, scale, scale, scaled);
            var descriptor = L2Layer.Forward(pooling.Forward(second.Forward(first.Forward(scaled, pass), pass), pass), pass);
            return whitening is null ? descriptor : L2Layer.Forward(whitening.Forward(descriptor, pass), pass);
        }
    }
}
