using Retrieval.Host;
using Retrieval.Tests.Support;

namespace Retrieval.Tests.Host;

public sealed class BatchNormOracleTests : OperatorTests
{
    [DeviceTheory]
    [OracleData("batchnorm")]
    public void Normalises(DeviceName on, string path)
    {
        Open(on);
        var oracle = OracleCase.Load(path);
        if (oracle.Flag("training"))
            CheckTraining(oracle);
        else
            CheckStored(oracle);
    }

    /// <summary>Maps are rounded to 8 bits of mantissa, once in and once out; gradients of parameters are sums of the rounded that nearly cancel. Found were 0.03.</summary>
    [DeviceTheory(Kind = "cuda")]
    [OracleData("batchnorm")]
    public void Normalises_maps_of_bfloat16(DeviceName on, string path)
    {
        const double tolerance = 0.05;
        Open(on, Precision.BFloat16);
        var oracle = OracleCase.Load(path);
        if (oracle.Flag("training"))
            CheckTraining(oracle, tolerance);
        else
            CheckStored(oracle, tolerance);
    }

    private void CheckTraining(OracleCase oracle, double? tolerance = null)
    {
        Tensor x = Map(oracle, "in.x", Device.ActivationType), dy = Map(oracle, "in.grad_output", Device.ActivationType);
        Tensor gamma = Vector(oracle, "param.weight"), beta = Vector(oracle, "param.bias");
        Tensor runningMean = Vector(oracle, "param.running_mean"), runningVariance = Vector(oracle, "param.running_var");
        Tensor y = Device.Rent(x.Shape, x.Type), mean = Device.Rent(gamma.Shape), invStd = Device.Rent(gamma.Shape);
        Operators.BatchNormTraining(x, gamma, beta, runningMean, runningVariance, (float)oracle.Number("momentum"), (float)oracle.Number("eps"),
            Tensor.None, relu: false, y, mean, invStd);
        CheckMap(oracle, "out.y", y, tolerance);
        oracle.Check("out.running_mean", runningMean.ToArray<float>(), tolerance);
        oracle.Check("out.running_var", runningVariance.ToArray<float>(), tolerance);

        Tensor dx = Device.Rent(x.Shape, x.Type), dGamma = Zeros(gamma.Shape), dBeta = Zeros(gamma.Shape);
        Operators.BatchNormTrainingBackward(x, Tensor.None, dy, gamma, mean, invStd, dx, Tensor.None, dGamma, dBeta);
        CheckMap(oracle, "grad.x", dx, tolerance);
        oracle.Check("grad.weight", dGamma.ToArray<float>(), tolerance);
        oracle.Check("grad.bias", dBeta.ToArray<float>(), tolerance);
    }

    private void CheckStored(OracleCase oracle, double? tolerance = null)
    {
        Tensor x = Map(oracle, "in.x", Device.ActivationType), dy = Map(oracle, "in.grad_output", Device.ActivationType);
        Tensor gamma = Vector(oracle, "param.weight"), beta = Vector(oracle, "param.bias");
        Tensor mean = Vector(oracle, "param.running_mean"), variance = Vector(oracle, "param.running_var");
        var epsilon = (float)oracle.Number("eps");
        Tensor scale = Device.Rent(gamma.Shape), shift = Device.Rent(gamma.Shape), y = Device.Rent(x.Shape, x.Type), dx = Device.Rent(x.Shape, x.Type);
        Operators.FoldBatchNorm(gamma, beta, mean, variance, epsilon, scale, shift);
        Operators.ScaleShift(x, scale, shift, Tensor.None, relu: false, y);
        CheckMap(oracle, "out.y", y, tolerance);
        oracle.Check("out.running_mean", mean.ToArray<float>(), tolerance);
        oracle.Check("out.running_var", variance.ToArray<float>(), tolerance);

        var zero = Zeros(shift.Shape);
        Operators.ScaleShift(dy, scale, zero, Tensor.None, relu: false, dx);
        CheckMap(oracle, "grad.x", dx, tolerance);
        if (tolerance is null)
            CheckFrozenGradients(oracle, x, dy, gamma, mean, variance, epsilon);
    }

    /// <summary>The normalisation behind a convolution that changes nothing: a unit matrix of 1 x 1 weights, whose gradient is the sum over rows of dy x.</summary>
    private void CheckFrozenGradients(OracleCase oracle, Tensor x, Tensor dy, Tensor gamma, Tensor mean, Tensor variance, float epsilon)
    {
        var channels = x.Shape.Last;
        float[] inputs = x.ToArray<float>(), gradients = dy.ToArray<float>(), unit = new float[channels * channels], folded = new float[channels * channels];
        for (var k = 0; k < channels; k++)
        {
            unit[(k * channels) + k] = 1;
            for (var c = 0; c < channels; c++)
                folded[(k * channels) + c] = (float)Enumerable.Range(0, inputs.Length / channels).Sum(row => (double)gradients[(row * channels) + k] * inputs[(row * channels) + c]);
        }
        var shape = new Shape(channels, 1, 1, channels);
        Tensor sum = Device.Rent(gamma.Shape), dw = Zeros(shape), dGamma = Zeros(gamma.Shape), dBeta = Zeros(gamma.Shape);
        Operators.ColumnSum(dy, sum);
        Operators.FrozenNormGradients(Upload(shape, unit), Upload(shape, folded), sum, gamma, mean, variance, epsilon, dw, dGamma, dBeta);
        oracle.Check("grad.weight", dGamma.ToArray<float>());
        oracle.Check("grad.bias", dBeta.ToArray<float>());
        float[] scales = gamma.ToArray<float>(), variances = variance.ToArray<float>();
        Reference.Close([.. folded.Select((value, i) => value * scales[i / channels] / Math.Sqrt(variances[i / channels] + epsilon))], dw.ToArray<float>());
    }

    private static void CheckMap(OracleCase oracle, string name, Tensor map, double? tolerance)
    {
        if (oracle.Shape(name).Length == 2)
            oracle.Check(name, Activations.Values(map), tolerance);
        else
            oracle.CheckNhwc(name, Activations.Values(map), tolerance);
    }
}
