using Retrieval.Host;
using Retrieval.Tests.Support;
using Xunit;

namespace Retrieval.Tests.Host;

public sealed class PoolingOracleTests : OperatorTests
{
    [DeviceTheory]
    [OracleData("spoc")]
    public void Spoc(DeviceName on, string path)
    {
        Open(on);
        var oracle = OracleCase.Load(path);
        var x = Map(oracle, "in.x");
        var dy = Pooled(oracle, x.Shape, oracle.Floats("in.grad_output"));
        CheckSpoc(oracle, x, dy, y => y);
    }

    [DeviceTheory]
    [OracleData("mac")]
    public void Mac(DeviceName on, string path)
    {
        Open(on);
        var oracle = OracleCase.Load(path);
        var x = Map(oracle, "in.x");
        var dy = Pooled(oracle, x.Shape, oracle.Floats("in.grad_output"));
        Tensor y = Device.Rent(dy.Shape), argmax = Device.Rent(dy.Shape, ElementType.Int32), dx = Device.Rent(x.Shape);
        Operators.MacPool(x, y, argmax);
        oracle.Check("out.y", y.ToArray<float>());
        Operators.MacPoolBackward(dy, argmax, dx);
        oracle.CheckNhwc("grad.x", dx.ToArray<float>());
    }

    [DeviceTheory]
    [OracleData("gem", "gemmp")]
    public void Gem(DeviceName on, string path)
    {
        Open(on);
        var oracle = OracleCase.Load(path);
        CheckGem(oracle, oracle.Floats("in.grad_output"), y => y);
    }

    [DeviceTheory]
    [OracleData("gem_multigrain")]
    public void GemOfMultigrain(DeviceName on, string path)
    {
        Open(on);
        var oracle = OracleCase.Load(path);
        var images = oracle.Shape("in.x")[0];
        var bias = oracle.Flag("add_bias");
        var gradients = oracle.Floats("in.grad_output");
        var dy = bias ? [.. gradients.Chunk(gradients.Length / images).SelectMany(row => row[..^1])] : gradients;
        float[] Finish(float[] y) => bias ? [.. y.Chunk(y.Length / images).SelectMany(row => row.Append(1))] : y;

        if (!oracle.Flag("learn_p") && oracle.Doubles("param.p")[0] == 1)
        {
            var x = Map(oracle, "in.x");
            CheckSpoc(oracle, x, Pooled(oracle, x.Shape, dy), Finish);
        }
        else
        {
            CheckGem(oracle, dy, Finish);
        }
    }

    [DeviceTheory]
    [OracleData("l2n")]
    public void L2Normalisation(DeviceName on, string path)
    {
        Open(on);
        var oracle = OracleCase.Load(path);
        var map = Map(oracle, "in.x");
        var rows = new Shape((int)map.Shape.Rows, map.Shape.Last);
        Tensor x = map.Reshape(rows), dy = Map(oracle, "in.grad_output").Reshape(rows);
        Tensor y = Device.Rent(rows), norms = Device.Rent(new Shape(rows[0])), dx = Device.Rent(rows);
        var epsilon = (float)oracle.Number("eps");
        Operators.L2Normalize(x, epsilon, y, norms);
        Check(oracle, "out.y", y.ToArray<float>());
        Operators.L2NormalizeBackward(y, norms, dy, epsilon, dx);
        Check(oracle, "grad.x", dx.ToArray<float>());
    }

    [DeviceTheory]
    [OracleData("maxpool")]
    public void MaxPooling(DeviceName on, string path)
    {
        Open(on);
        CheckMaxPooling(OracleCase.Load(path));
    }

    /// <summary>The maximum of rounded values is the rounded maximum. Where two become one, the gradient goes to the first: found was a cosine of 0.99.</summary>
    [DeviceTheory(Kind = "cuda")]
    [OracleData("maxpool")]
    public void MaxPoolingOfBFloat16(DeviceName on, string path)
    {
        Open(on, Precision.BFloat16);
        CheckMaxPooling(OracleCase.Load(path), tolerance: 1.0 / 128);
    }

    private void CheckMaxPooling(OracleCase oracle, double? tolerance = null)
    {
        var type = Device.ActivationType;
        var geometry = ConvolutionGeometry.Square(oracle.Integer("kernel"), oracle.Integer("stride"), oracle.Integer("padding"));
        Tensor x = Map(oracle, "in.x", type), dy = Map(oracle, "in.grad_output", type);
        Tensor y = Device.Rent(dy.Shape, type), argmax = Device.Rent(dy.Shape, ElementType.Int32), dx = Device.Rent(x.Shape, type);
        Operators.MaxPool(x, geometry, y, argmax);
        oracle.CheckNhwc("out.y", Activations.Values(y), tolerance);
        Operators.MaxPoolBackward(dy, argmax, geometry, dx);
        if (tolerance is null)
            oracle.CheckNhwc("grad.x", Activations.Values(dx));
        else
            oracle.CheckDirection("grad.x", Activations.Values(dx), leastCosine: 0.95, channelsLast: true);
    }

    private static void Check(OracleCase oracle, string name, float[] values)
    {
        if (oracle.Shape(name).Length == 2)
            oracle.Check(name, values);
        else
            oracle.CheckNhwc(name, values);
    }

    private Tensor Pooled(OracleCase oracle, Shape map, float[] values)
    {
        Assert.Equal(map[0] * map[3], values.Length);
        Assert.Equal(oracle.Shape("in.x")[1], map[3]);
        return Upload(new Shape(map[0], map[3]), values);
    }

    private void CheckSpoc(OracleCase oracle, Tensor x, Tensor dy, Func<float[], float[]> finish)
    {
        Tensor y = Device.Rent(dy.Shape), dx = Device.Rent(x.Shape);
        Operators.SpocPool(x, y);
        oracle.Check("out.y", finish(y.ToArray<float>()));
        Operators.SpocPoolBackward(dy, dx);
        oracle.CheckNhwc("grad.x", dx.ToArray<float>());
    }

    private void CheckGem(OracleCase oracle, float[] gradient, Func<float[], float[]> finish)
    {
        Tensor x = Map(oracle, "in.x"), p = Vector(oracle, "param.p");
        var dy = Pooled(oracle, x.Shape, gradient);
        Tensor y = Device.Rent(dy.Shape), dx = Device.Rent(x.Shape), dp = Zeros(p.Shape);
        var epsilon = (float)oracle.Number("eps");
        Operators.GemPool(x, p, epsilon, y);
        oracle.Check("out.y", finish(y.ToArray<float>()));
        Operators.GemPoolBackward(x, y, dy, p, epsilon, dx, oracle.Has("grad.p") ? dp : Tensor.None);
        oracle.CheckNhwc("grad.x", dx.ToArray<float>());
        if (oracle.Has("grad.p"))
            oracle.Check("grad.p", dp.ToArray<float>());
    }
}
