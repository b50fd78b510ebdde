using Retrieval.Host;
using Retrieval.Tests.Support;

namespace Retrieval.Tests.Host;

public sealed class InstanceNormOracleTests : OperatorTests
{
    [DeviceTheory]
    [OracleData("instancenorm", "ibn")]
    public void Normalises(DeviceName on, string path)
    {
        Open(on);
        Check(OracleCase.Load(path));
    }

    /// <summary>Maps are rounded to 8 bits of mantissa, once in and once out; gradients of parameters are sums of the rounded that nearly cancel. Found were 0.031.</summary>
    [DeviceTheory(Kind = "cuda")]
    [OracleData("instancenorm", "ibn")]
    public void Normalises_maps_of_bfloat16(DeviceName on, string path)
    {
        Open(on, Precision.BFloat16);
        Check(OracleCase.Load(path), tolerance: 0.05);
    }

    private void Check(OracleCase oracle, double? tolerance = null)
    {
        var joined = oracle.Op == "ibn";
        var instance = joined ? "IN." : "";
        Tensor x = Map(oracle, "in.x", Device.ActivationType), dy = Map(oracle, "in.grad_output", Device.ActivationType);
        Tensor gamma = Vector(oracle, $"param.{instance}weight"), beta = Vector(oracle, $"param.{instance}bias");
        var tail = joined
            ? new BatchNormTail(Vector(oracle, "param.BN.weight"), Vector(oracle, "param.BN.bias"), Vector(oracle, "param.BN.running_mean"), Vector(oracle, "param.BN.running_var"),
                !oracle.Flag("training"), (float)oracle.Number("momentum"))
            : default;
        Tensor y = Device.Rent(x.Shape, x.Type), mean = Device.Rent(new Shape(x.Shape[0], x.Shape[3])), invStd = Device.Rent(mean.Shape);
        Operators.InstanceNorm(x, gamma, beta, tail, (float)oracle.Number("eps"), relu: false, y, mean, invStd);
        oracle.CheckNhwc("out.y", Activations.Values(y), tolerance);

        Tensor dGamma = Zeros(gamma.Shape), dBeta = Zeros(gamma.Shape);
        var dTailGamma = joined ? Zeros(tail.Gamma.Shape) : Tensor.None;
        var dTailBeta = joined ? Zeros(tail.Gamma.Shape) : Tensor.None;
        Operators.InstanceNormBackward(x, Tensor.None, dy, gamma, tail, mean, invStd, dy, dGamma, dBeta, dTailGamma, dTailBeta);
        oracle.CheckNhwc("grad.x", Activations.Values(dy), tolerance);
        oracle.Check($"grad.{instance}weight", dGamma.ToArray<float>(), tolerance);
        oracle.Check($"grad.{instance}bias", dBeta.ToArray<float>(), tolerance);
        if (!joined)
            return;
        oracle.Check("grad.BN.weight", dTailGamma.ToArray<float>(), tolerance);
        oracle.Check("grad.BN.bias", dTailBeta.ToArray<float>(), tolerance);
        oracle.Check("out.BN.running_mean", tail.RunningMean.ToArray<float>(), tolerance);
        oracle.Check("out.BN.running_var", tail.RunningVariance.ToArray<float>(), tolerance);
    }
}
