using Retrieval.Host;
using Retrieval.Tests.Support;
using Xunit;

namespace Retrieval.Tests.Host;

/// <summary>Normalisation of descriptors.</summary>
public sealed class L2NormalizeTests : OperatorTests
{
    private const float Epsilon = 1e-6f;

    [DeviceTheory]
    [InlineData(1, 1)]
    [InlineData(3, 31)]
    [InlineData(5, 32)]
    [InlineData(2, 33)]
    [InlineData(1009, 2)]
    [InlineData(301, 257)]
    [InlineData(37, 512)]
    [InlineData(3, 2048)]
    [InlineData(2, 40009)]
    [InlineData(2, 40012)]
    [InlineData(0, 8)]
    public void NormalisesRows(DeviceName on, int rows, int dimension)
    {
        Open(on);
        var shape = new Shape(rows, dimension);
        float[] values = Reference.Random((long)rows * dimension, 1), gradients = Reference.Random((long)rows * dimension, 2);
        var lengths = values.Chunk(dimension).Select(row => Math.Sqrt(row.Sum(value => (double)value * value))).ToArray();
        var slopes = Slopes(values, gradients, lengths, dimension);
        foreach (var shift in new[] { 0, 1 })
        {
            using var x = new GuardedTensor(Device, shape, values, ElementType.Float32, shift);
            using var norms = new GuardedTensor(Device, new Shape(rows));
            Operators.L2Normalize(x.Tensor, Epsilon, x.Tensor, norms.Tensor);
            Reference.Close(lengths, norms.Values());
            Reference.Close([.. values.Select((value, i) => value / (lengths[i / dimension] + Epsilon))], x.Values());

            using var dx = new GuardedTensor(Device, shape, gradients, ElementType.Float32, shift);
            Operators.L2NormalizeBackward(x.Tensor, norms.Tensor, dx.Tensor, Epsilon, dx.Tensor);
            Reference.Close(slopes, dx.Values(), floor: 1);
        }
    }

    [DeviceTheory]
    public void NaNIsNotHidden(DeviceName on)
    {
        Open(on);
        var y = Device.Rent(new Shape(2, 40));
        Operators.L2Normalize(Upload(y.Shape, [.. Enumerable.Range(0, 80).Select(i => i == 50 ? float.NaN : 1f)]), Epsilon, y, Tensor.None);
        Assert.Equal(Enumerable.Range(0, 80).Select(i => i >= 40), y.ToArray<float>().Select(float.IsNaN));
    }

    [DeviceTheory]
    public void ZeroRowsStayZero(DeviceName on)
    {
        Open(on);
        var x = Upload(new Shape(2, 3), [0, 0, 0, 3, 0, 4]);
        Tensor y = Device.Rent(x.Shape), norms = Device.Rent(new Shape(2)), dx = Device.Rent(x.Shape), dy = Upload(x.Shape, [1, 2, 3, 0, 1, 0]);
        Operators.L2Normalize(x, 0, y, norms);
        Assert.Equal([0, 0, 0, 0.6f, 0, 0.8f], y.ToArray<float>());
        Operators.L2NormalizeBackward(y, norms, dy, 0, dx);
        Assert.Equal([0, 0, 0, 0, 0.2f, 0], dx.ToArray<float>());
        Operators.L2Normalize(x, 0.5f, y, norms);
        Operators.L2NormalizeBackward(y, norms, dy, 0.5f, dx);
        Assert.Equal([2, 4, 6], dx.ToArray<float>()[..3]);
    }

    [DeviceTheory]
    public void NormalisationBackwardByDifferences(DeviceName on)
    {
        Open(on);
        var x = Upload(new Shape(3, 7), Reference.Random(21, 1));
        Tensor y = Device.Rent(x.Shape), norms = Device.Rent(new Shape(3)), dx = Device.Rent(x.Shape);
        var weights = Reference.Random(21, 2);
        double Loss()
        {
            Operators.L2Normalize(x, 0.3f, y, norms);
            return FiniteDifferences.Inner(y, weights);
        }
        Loss();
        Operators.L2NormalizeBackward(y, norms, Upload(x.Shape, weights), 0.3f, dx);
        FiniteDifferences.Check(x, dx, Loss);
    }

    private static double[] Slopes(float[] x, float[] dy, double[] lengths, int dimension)
    {
        var along = x.Zip(dy).Chunk(dimension).Select(row => row.Sum(pair => (double)pair.First * pair.Second)).ToArray();
        return [.. x.Select((value, i) =>
        {
            double norm = lengths[i / dimension], sum = norm + Epsilon;
            return (dy[i] / sum) - (value * along[i / dimension] / (norm * sum * sum));
        })];
    }
}
