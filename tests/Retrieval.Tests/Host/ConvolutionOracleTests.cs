using Retrieval.Host;
using Retrieval.Tests.Support;
using Xunit;

namespace Retrieval.Tests.Host;

public sealed class ConvolutionOracleTests : IDisposable
{
    private readonly Device _device = Device.OpenCpu(2);

    public void Dispose() => _device.Dispose();

    [Theory]
    [OracleData("conv2d")]
    public void Convolves(string path)
    {
        var oracle = OracleCase.Load(path);
        var weightShape = oracle.Shape("param.weight");
        var geometry = new ConvolutionGeometry(weightShape[2], weightShape[3], oracle.Integer("stride"), oracle.Integer("padding"), oracle.Integer("dilation"));
        var x = Nhwc(oracle, "in.x");
        var w = Nhwc(oracle, "param.weight");
        var dy = Nhwc(oracle, "in.grad_output");
        var bias = oracle.Has("param.bias") ? _device.Rent<float>(new Shape(weightShape[0]), oracle.Floats("param.bias")) : Tensor.None;
        var y = _device.Rent(dy.Shape);
        var dx = _device.Rent(x.Shape);
        var dw = _device.Rent(w.Shape);

        _device.Operators.Convolution(x, w, geometry, y, new ConvolutionEpilogue(default, bias, default, false));
        oracle.CheckNhwc("out.y", y.ToArray<float>());
        _device.Operators.ConvolutionInputGradient(dy, w, Tensor.None, geometry, dx);
        oracle.CheckNhwc("grad.x", dx.ToArray<float>());
        _device.Operators.ConvolutionWeightGradient(x, dy, geometry, dw);
        oracle.CheckNhwc("grad.weight", dw.ToArray<float>());
    }

    [Theory]
    [OracleData("linear")]
    public void Linear(string path)
    {
        var oracle = OracleCase.Load(path);
        var x = Matrix(oracle, "in.x");
        var w = Matrix(oracle, "param.weight");
        var dy = Matrix(oracle, "in.grad_output");
        var bias = oracle.Has("param.bias") ? _device.Rent<float>(new Shape(w.Shape[0]), oracle.Floats("param.bias")) : Tensor.None;
        var y = _device.Rent(dy.Shape);
        var dx = _device.Rent(x.Shape);
        var dw = _device.Rent(w.Shape);

        _device.Operators.Linear(x, w, bias, y);
        oracle.Check("out.y", y.ToArray<float>());
        _device.Operators.MatrixProduct(dy, w, dx);
        oracle.Check("grad.x", dx.ToArray<float>());
        _device.Operators.MatrixProduct(dy, x, dw, transposeA: true);
        oracle.Check("grad.weight", dw.ToArray<float>());
    }

    private Tensor Nhwc(OracleCase oracle, string name)
    {
        var shape = oracle.Shape(name);
        return _device.Rent<float>(new Shape(shape[0], shape[2], shape[3], shape[1]), oracle.FloatsNhwc(name));
    }

    private Tensor Matrix(OracleCase oracle, string name)
    {
        var shape = oracle.Shape(name);
        return _device.Rent<float>(new Shape(shape[0], shape[1]), oracle.Floats(name));
    }
}
