using Retrieval.Host;
using Retrieval.Tests.Support;
using Xunit;

namespace Retrieval.Tests.Host;

/// <summary>Normalisation with stored statistics against plain loops in double precision.</summary>
public sealed class FrozenNormTests : OperatorTests
{
    private const float Epsilon = 1e-3f;

    [DeviceTheory]
    [InlineData(1)]
    [InlineData(31)]
    [InlineData(33)]
    [InlineData(1009)]
    public void Folds(DeviceName on, int channels)
    {
        Open(on);
        var shape = new Shape(channels);
        float[] gamma = Reference.Random(channels, 1), beta = Reference.Random(channels, 2), mean = Reference.Random(channels, 3), variance = Variances(channels);
        using var scale = new GuardedTensor(Device, shape);
        using var shift = new GuardedTensor(Device, shape);
        Operators.FoldBatchNorm(Upload(shape, gamma), Upload(shape, beta), Upload(shape, mean), Upload(shape, variance), Epsilon, scale.Tensor, shift.Tensor);
        double[] scales = [.. gamma.Select((value, c) => value / Math.Sqrt((double)variance[c] + Epsilon))];
        Reference.Close(scales, scale.Values());
        Reference.Close([.. scales.Select((value, c) => beta[c] - (mean[c] * value))], shift.Values());
    }

    [DeviceTheory]
    [InlineData(0, 3, 4)]
    [InlineData(1, 1, 1)]
    [InlineData(5, 1, 33)]
    [InlineData(31, 3, 32)]
    [InlineData(3, 7, 3)]
    [InlineData(2, 3, 512)]
    public void Gradients(DeviceName on, int filters, int kernel, int channels)
    {
        Open(on);
        Shape shape = new(filters, kernel, kernel, channels), perFilter = new(filters);
        var length = kernel * kernel * channels;
        float[] w = Reference.Random(shape.Count, 1), folded = Reference.Random(shape.Count, 2), dw = Reference.Random(shape.Count, 3);
        float[] sum = Reference.Random(filters, 4), gamma = Reference.Random(filters, 5), mean = Reference.Random(filters, 6), variance = Variances(filters);
        double[] inverse = [.. variance.Select(value => 1 / Math.Sqrt((double)value + Epsilon))], products = new double[filters];
        for (var i = 0; i < w.Length; i++)
            products[i / length] += (double)w[i] * folded[i];
        foreach (var shift in new[] { 0, 1 })
        {
            using var weights = new GuardedTensor(Device, shape, w, shift: shift);
            using var gradient = new GuardedTensor(Device, shape, dw, shift: shift);
            using var dGamma = new GuardedTensor(Device, perFilter, sum);
            using var dBeta = new GuardedTensor(Device, perFilter, gamma);
            Operators.FrozenNormGradients(weights.Tensor, Upload(shape, folded), Upload(perFilter, sum), Upload(perFilter, gamma), Upload(perFilter, mean), Upload(perFilter, variance),
                Epsilon, gradient.Tensor, dGamma.Tensor, dBeta.Tensor);
            Reference.Close([.. dw.Select((value, i) => value + (gamma[i / length] * inverse[i / length] * folded[i]))], gradient.Values());
            Reference.Close([.. sum.Select((value, k) => value + (inverse[k] * (products[k] - (mean[k] * value))))], dGamma.Values());
            Reference.Close([.. gamma.Select((value, k) => (double)value + sum[k])], dBeta.Values());
        }
    }

    private static float[] Variances(int count) => [.. Reference.Random(count, 7).Select(value => value + 1.1f)];
}
