using Retrieval.Host;
using Retrieval.Tests.Support;
using Xunit;

namespace Retrieval.Tests.Host;

/// <summary>Maximum pooling over whole maps: values, winners, ties.</summary>
public sealed class MacTests : OperatorTests
{
    [DeviceTheory]
    [InlineData(1, 1, 1)]
    [InlineData(2, 35, 3)]
    [InlineData(3, 31, 32)]
    [InlineData(1, 1009, 33)]
    [InlineData(2, 49, 264)]
    [InlineData(1, 2053, 8)]
    [InlineData(1, 5003, 1)]
    [InlineData(0, 2, 2)]
    public void TheFirstOfTheLargestWins(DeviceName on, int images, int positions, int channels)
    {
        Open(on);
        var shape = new Shape(images, 1, positions, channels);
        // Few different values: ties everywhere. They are exact in either type.
        var values = Reference.Random(shape.Count, 1).Select(value => MathF.Round(value * 3)).ToArray();
        var gradients = Activations.Rounded(Reference.Random((long)images * channels, 2), ElementType.BFloat16);
        var (largest, winners) = Pool(values, shape);
        foreach (var (type, shift) in MapKinds)
        {
            using var x = new GuardedTensor(Device, shape, values, type, shift);
            using var y = new GuardedTensor(Device, new Shape(images, channels));
            var argmax = Device.Rent(y.Tensor.Shape, ElementType.Int32);
            Operators.MacPool(x.Tensor, y.Tensor, argmax);
            Assert.Equal(largest, y.Values());
            Assert.Equal(winners, argmax.ToArray<int>());
            using var again = new GuardedTensor(Device, y.Tensor.Shape);
            Operators.MacPool(x.Tensor, again.Tensor, Tensor.None);
            Assert.Equal(largest, again.Values());

            using var dx = new GuardedTensor(Device, shape, null, type, shift);
            Operators.MacPoolBackward(Upload(y.Tensor.Shape, gradients), argmax, dx.Tensor);
            Assert.Equal(Spread(gradients, winners, shape), dx.Values());
        }
    }

    [DeviceTheory]
    public void NaNBeatsAllAndTheFirstOfThemWins(DeviceName on)
    {
        Open(on);
        const int positions = 45, channels = 40;
        // Channel c has its first NaN at position c and, if it can, another further on.
        var values = Enumerable.Range(0, positions * channels).Select(i => i / channels % 41 == i % channels ? float.NaN : i).ToArray();
        foreach (var (type, shift) in MapKinds)
        {
            using var x = new GuardedTensor(Device, new Shape(1, positions, 1, channels), values, type, shift);
            Tensor y = Device.Rent(new Shape(1, channels)), argmax = Device.Rent(y.Shape, ElementType.Int32);
            Operators.MacPool(x.Tensor, y, argmax);
            Assert.All(y.ToArray<float>(), value => Assert.True(float.IsNaN(value)));
            Assert.Equal(Enumerable.Range(0, channels), argmax.ToArray<int>());
        }
    }

    [DeviceTheory]
    public void OfNothingButMinusInfinityTheFirstWins(DeviceName on)
    {
        Open(on);
        var x = Upload(new Shape(1, 7, 7, 4), [.. Enumerable.Repeat(float.NegativeInfinity, 7 * 7 * 4)]);
        Tensor y = Device.Rent(new Shape(1, 4)), argmax = Device.Rent(y.Shape, ElementType.Int32);
        Operators.MacPool(x, y, argmax);
        Assert.All(y.ToArray<float>(), value => Assert.Equal(float.NegativeInfinity, value));
        Assert.Equal(new int[4], argmax.ToArray<int>());
    }

    private static (float[] Largest, int[] Winners) Pool(float[] values, Shape shape)
    {
        int positions = shape[2], channels = shape[3];
        var (largest, winners) = (new float[shape[0] * channels], new int[shape[0] * channels]);
        Array.Fill(largest, float.NegativeInfinity);
        for (var i = 0; i < values.Length; i++)
        {
            var pooled = (i / (positions * channels) * channels) + (i % channels);
            if (values[i] > largest[pooled])
                (largest[pooled], winners[pooled]) = (values[i], i / channels % positions);
        }
        return (largest, winners);
    }

    private static float[] Spread(float[] gradients, int[] winners, Shape shape)
    {
        int positions = shape[2], channels = shape[3];
        var dx = new float[shape.Count];
        for (var i = 0; i < gradients.Length; i++)
            dx[(((i / channels * positions) + winners[i]) * channels) + (i % channels)] = gradients[i];
        return dx;
    }
}
