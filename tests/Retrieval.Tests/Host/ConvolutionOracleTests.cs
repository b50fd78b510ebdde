using Retrieval.Host;
using Retrieval.Tests.Support;

namespace Retrieval.Tests.Host;

public sealed class ConvolutionOracleTests : OperatorTests
{
    [DeviceTheory]
    [OracleData("conv2d")]
    public void Convolves(DeviceName on, string path)
    {
        Open(on);
        CheckConvolution(OracleCase.Load(path));
    }

    /// <summary>Maps and working weights are rounded to 8 bits of mantissa, and the sums of their products again. Found were 0.006.</summary>
    [DeviceTheory(Kind = "cuda")]
    [OracleData("conv2d")]
    public void Convolves_maps_of_bfloat16(DeviceName on, string path)
    {
        Open(on, Precision.BFloat16);
        CheckConvolution(OracleCase.Load(path), tolerance: 0.02);
    }

    private void CheckConvolution(OracleCase oracle, double? tolerance = null)
    {
        var type = Device.ActivationType;
        var weightShape = oracle.Shape("param.weight");
        var geometry = new ConvolutionGeometry(weightShape[2], weightShape[3], oracle.Integer("stride"), oracle.Integer("padding"), oracle.Integer("dilation"));
        var x = Map(oracle, "in.x", type);
        var w = Map(oracle, "param.weight", type);
        var dy = Map(oracle, "in.grad_output", type);
        var bias = oracle.Has("param.bias") ? Vector(oracle, "param.bias") : Tensor.None;
        var y = Device.Rent(dy.Shape, type);
        var dx = Device.Rent(x.Shape, type);
        var dw = Device.Rent(w.Shape);

        Operators.Convolution(x, w, geometry, y, new ConvolutionEpilogue(default, bias, default, false));
        oracle.CheckNhwc("out.y", Activations.Values(y), tolerance);
        Operators.ConvolutionInputGradient(dy, w, Tensor.None, geometry, dx);
        oracle.CheckNhwc("grad.x", Activations.Values(dx), tolerance);
        Operators.ConvolutionWeightGradient(x, dy, geometry, dw);
        oracle.CheckNhwc("grad.weight", dw.ToArray<float>(), tolerance);
    }

    [DeviceTheory]
    [OracleData("linear")]
    public void Linear(DeviceName on, string path)
    {
        Open(on);
        var oracle = OracleCase.Load(path);
        var x = Matrix(oracle, "in.x");
        var w = Matrix(oracle, "param.weight");
        var dy = Matrix(oracle, "in.grad_output");
        var bias = oracle.Has("param.bias") ? Vector(oracle, "param.bias") : Tensor.None;
        var y = Device.Rent(dy.Shape);
        var dx = Device.Rent(x.Shape);
        var dw = Device.Rent(w.Shape);

        Operators.Linear(x, w, bias, y);
        oracle.Check("out.y", y.ToArray<float>());
        Operators.MatrixProduct(dy, w, dx);
        oracle.Check("grad.x", dx.ToArray<float>());
        Operators.MatrixProduct(dy, x, dw, transposeA: true);
        oracle.Check("grad.weight", dw.ToArray<float>());
    }

    private Tensor Matrix(OracleCase oracle, string name)
    {
        var shape = oracle.Shape(name);
        return Upload(new Shape(shape[0], shape[1]), oracle.Floats(name));
    }
}
