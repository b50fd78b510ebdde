using Retrieval.Host;
using Retrieval.Tests.Support;
using Xunit;

namespace Retrieval.Tests.Host;

/// <summary>The norm over all gradients and clipping by it, against sums in double precision.</summary>
public sealed class GradientNormTests : OperatorTests
{
    private static readonly int[] Lengths = [1, 0, 31, 32, 33, 4096, 4099, 70001];

    [DeviceTheory]
    public void SumsOverAllTensors(DeviceName on)
    {
        Open(on);
        var values = Lengths.Select(length => Reference.Random(length, length)).ToArray();
        Assert.Equal(Norm(values), NormOf([.. values.Select(Vector)]), Norm(values) * 1e-7);
    }

    [DeviceTheory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void GradientsMayBeginAnywhere(DeviceName on, int first)
    {
        Open(on);
        var values = Reference.Random(9001, 1);
        var gradient = Vector(values).Slice(first, values.Length - 4);
        var expected = Norm([values[first..(first + values.Length - 4)]]);
        Assert.Equal(expected, NormOf([gradient]), expected * 1e-7);
        Operators.ClipGradients([gradient], Vector([(float)expected]), 1);
        Assert.Equal(1, NormOf([gradient]), 1e-6);
    }

    [DeviceTheory]
    public void WithoutElementsItIsZero(DeviceName on)
    {
        Open(on);
        Assert.Equal(0, NormOf([]));
        Assert.Equal(0, NormOf([Vector([])]));
        Assert.Equal(0, NormOf([Zeros(new Shape(5))]));
    }

    [DeviceTheory]
    public void LargeAndSmallGradientsHaveTheirs(DeviceName on)
    {
        Open(on);
        Assert.Equal(5e30f, NormOf([Vector([3e30f, -4e30f])]), 1e24);
        Assert.Equal(5e-30f, NormOf([Vector([3e-30f, -4e-30f])]), 1e-36);
        Assert.Equal(float.PositiveInfinity, NormOf([Vector([3e38f]), Vector([3e38f])]));
        Assert.Equal(float.PositiveInfinity, NormOf([Vector([1]), Vector([float.NegativeInfinity])]));
        Assert.Equal(float.NaN, NormOf([Vector([1]), Vector([float.NaN, float.PositiveInfinity])]));
    }

    [DeviceTheory]
    [InlineData(1)]
    [InlineData(1000)]
    public void ClipsToTheLimit(DeviceName on, float limit)
    {
        Open(on);
        var values = Lengths.Select(length => Reference.Random(length, length)).ToArray();
        var tensors = values.Select(value => new GuardedTensor(Device, new Shape(value.Length), value)).ToArray();
        Tensor[] gradients = [.. tensors.Select(tensor => tensor.Tensor)];
        var norm = Zeros(new Shape(1));
        Operators.GradientNorm(gradients, norm);
        Operators.ClipGradients(gradients, norm, limit);
        var factor = Math.Min(1, limit / (Norm(values) + 1e-6));
        for (var i = 0; i < values.Length; i++)
            Reference.Close([.. values[i].Select(value => value * factor)], tensors[i].Values(), 1e-6, floor: 1e-3);
        if (factor == 1)
            Assert.Equal(values[7], tensors[7].Values());
    }

    [DeviceTheory]
    public void ANormThatIsInfiniteOrNoNumberShowsInTheGradients(DeviceName on)
    {
        Open(on);
        var gradient = Vector([1, float.PositiveInfinity]);
        Operators.ClipGradients([gradient], Vector([float.PositiveInfinity]), 1);
        Assert.Equal([0, float.NaN], gradient.ToArray<float>());
        gradient.Upload<float>([1, 2]);
        Operators.ClipGradients([gradient], Vector([float.NaN]), 1);
        Assert.Equal([float.NaN, float.NaN], gradient.ToArray<float>());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public void TheLimitIsAPositiveNumber(float limit) =>
        Assert.Equal($"ClipGradients: limit {limit}: expected a number above 0", Assert.Throws<OperatorException>(() => Operators.ClipGradients([], Zeros(new Shape(1)), limit)).Message);

    [Fact]
    public void ThreadsChangeNothing() => ThreadCounts.Agree(device =>
    {
        var norm = device.Rent(new Shape(1));
        device.Operators.GradientNorm([device.Rent<float>(new Shape(500_003), Reference.Random(500_003, 1))], norm);
        return [norm.ToArray<float>()];
    });

    private static double Norm(float[][] values) => Math.Sqrt(values.Sum(tensor => tensor.Sum(value => (double)value * value)));

    private Tensor Vector(float[] values) => Upload(new Shape(values.Length), values);

    private float NormOf(Tensor[] gradients)
    {
        var norm = Vector([-1]);
        Operators.GradientNorm(gradients, norm);
        return norm.ToArray<float>()[0];
    }
}
