using Retrieval.Host;
using Retrieval.Tests.Support;
using Xunit;

namespace Retrieval.Tests.Host;

/// <summary>Windowed and global maxima against plain loops.</summary>
public sealed class MaxPoolTests : OperatorTests
{
    /// <summary>N, H, W, C, kernel height, kernel width, stride, padding, dilation.</summary>
    public static TheoryData<int[]> Cases { get; } = new((int[][])
    [
        [1, 1, 1, 1, 1, 1, 1, 0, 1],
        [2, 7, 9, 3, 3, 3, 2, 1, 1],
        [1, 8, 6, 31, 2, 3, 2, 0, 1],
        [2, 9, 5, 32, 3, 3, 1, 1, 1],
        [1, 11, 13, 33, 3, 3, 2, 2, 2],
        [1, 6, 6, 16, 2, 2, 3, 3, 1],
        [1, 10, 10, 20, 3, 2, 3, 4, 3],
        [3, 5, 7, 5, 5, 7, 1, 0, 1],
        [1, 2, 2, 4, 5, 5, 1, 0, 1],
        [0, 4, 4, 8, 2, 2, 2, 0, 1],
        [1, 3, 300, 24, 2, 2, 1, 0, 1], // rows in several segments
        [2, 35000, 1, 1, 1, 1, 1, 0, 1], // more than 65,535 rows, a block each
    ]);

    [DeviceTheory]
    [MemberData(nameof(Cases))]
    public void Windows(DeviceName on, int[] size)
    {
        Open(on);
        var shape = new Shape(size[0], size[1], size[2], size[3]);
        var geometry = new ConvolutionGeometry(size[4], size[5], size[6], size[7], size[8]);
        // Few different values: ties everywhere. They are exact in either type.
        var values = Reference.Random(shape.Count, 1).Select(value => MathF.Round(value * 2)).ToArray();
        var (expected, winners) = Pool(values, shape, geometry, geometry.OutputShape(shape, shape[3]));
        foreach (var (type, shift) in MapKinds)
        {
            using var x = new GuardedTensor(Device, shape, values, type, shift);
            var argmax = CheckForward(x.Tensor, geometry, expected, winners, shift);
            CheckBackward(argmax, geometry, winners, shape, type, shift);
        }
    }

    private Tensor CheckForward(Tensor x, ConvolutionGeometry geometry, float[] expected, int[] winners, int shift)
    {
        var shape = geometry.OutputShape(x.Shape, x.Shape[3]);
        using var y = new GuardedTensor(Device, shape, null, x.Type, shift);
        var argmax = Device.Rent(shape, ElementType.Int32);
        Operators.MaxPool(x, geometry, y.Tensor, argmax);
        Assert.Equal(expected, y.Values());
        Assert.Equal(winners, argmax.ToArray<int>());
        using var again = new GuardedTensor(Device, shape, null, x.Type, shift);
        Operators.MaxPool(x, geometry, again.Tensor, Tensor.None);
        Assert.Equal(expected, again.Values());
        return argmax;
    }

    private void CheckBackward(Tensor argmax, ConvolutionGeometry geometry, int[] winners, Shape shape, ElementType type, int shift)
    {
        var outShape = argmax.Shape;
        var values = Activations.Rounded(Reference.Random(outShape.Count, 2), type);
        var gradient = new double[shape.Count];
        for (var i = 0; i < values.Length; i++)
        {
            if (winners[i] >= 0)
                gradient[(((i / (outShape[1] * outShape[2] * outShape[3]) * shape[1] * shape[2]) + winners[i]) * shape[3]) + (i % shape[3])] += values[i];
        }
        using var dy = new GuardedTensor(Device, outShape, values, type, shift);
        using var dx = new GuardedTensor(Device, shape, null, type, shift);
        Operators.MaxPoolBackward(dy.Tensor, argmax, geometry, dx.Tensor);
        Reference.Close(gradient, dx.Values(), Activations.Tolerance(type));
    }

    [Theory]
    [InlineData(1, 1, 1, 1)]
    [InlineData(2, 5, 7, 3)]
    [InlineData(3, 31, 1, 17)]
    [InlineData(1, 8, 9, 300)]
    [InlineData(0, 2, 2, 4)]
    public void WholeMaps(int images, int height, int width, int channels)
    {
        var shape = new Shape(images, height, width, channels);
        var x = Reference.Random(shape.Count, 1).Select(value => MathF.Round(value * 3)).ToArray();
        var (expected, winners) = Pool(x, shape, new ConvolutionGeometry(height, width), new Shape(images, 1, 1, channels));
        var pooled = new Shape(images, channels);
        using var y = new GuardedTensor(Device, pooled);
        var argmax = Device.Rent(pooled, ElementType.Int32);
        Operators.MacPool(Upload(shape, x), y.Tensor, argmax);
        Assert.Equal(expected, y.Values());
        Assert.Equal(winners, argmax.ToArray<int>());
        using var again = new GuardedTensor(Device, pooled);
        Operators.MacPool(Upload(shape, x), again.Tensor, Tensor.None);
        Assert.Equal(expected, again.Values());

        var dy = Reference.Random(pooled.Count, 2);
        using var dx = new GuardedTensor(Device, shape);
        Operators.MacPoolBackward(Upload(pooled, dy), argmax, dx.Tensor);
        var gradient = new float[x.Length];
        for (var i = 0; i < dy.Length; i++)
            gradient[(((i / channels * height * width) + winners[i]) * channels) + (i % channels)] = dy[i];
        Assert.Equal(gradient, dx.Values());
    }

    [DeviceTheory]
    public void NaNWinsItsWindow(DeviceName on)
    {
        Open(on);
        foreach (var (type, shift) in MapKinds)
            foreach (var channels in new[] { 37, 40 })
            {
                using var map = new GuardedTensor(Device, new Shape(1, 3, 3, channels), WithNaN(channels), type, shift);
                using var y = new GuardedTensor(Device, new Shape(1, 1, 1, channels), null, type, shift);
                var argmax = Device.Rent(new Shape(1, 1, 1, channels), ElementType.Int32);
                Operators.MaxPool(map.Tensor, ConvolutionGeometry.Square(3), y.Tensor, argmax);
                Assert.All(y.Values(), value => Assert.True(float.IsNaN(value)));
                Assert.Equal(Enumerable.Range(0, channels).Select(c => c % 9), argmax.ToArray<int>());
            }
    }

    [DeviceTheory]
    public void OfNothingButMinusInfinityTheFirstWins(DeviceName on)
    {
        Open(on);
        var x = Upload(new Shape(1, 2, 2, 1), [float.NegativeInfinity, float.NegativeInfinity, float.NegativeInfinity, float.NegativeInfinity]);
        Tensor y = Device.Rent(new Shape(1, 2, 2, 1)), argmax = Device.Rent(y.Shape, ElementType.Int32);
        Operators.MaxPool(x, ConvolutionGeometry.Square(2, stride: 2, padding: 1), y, argmax);
        Assert.Equal([0, 1, 2, 3], argmax.ToArray<int>());
    }

    /// <summary>3 x 3 positions whose channel c has its NaN at position c mod 9.</summary>
    private static float[] WithNaN(int channels) => [.. Enumerable.Range(0, 9 * channels).Select(i => i / channels == i % channels % 9 ? float.NaN : i)];

    private static (float[] Best, int[] Winners) Pool(float[] x, Shape shape, ConvolutionGeometry g, Shape output)
    {
        var best = new float[output.Count];
        var winners = new int[output.Count];
        Array.Fill(best, float.NegativeInfinity);
        Array.Fill(winners, -1);
        for (var i = 0; i < best.Length; i++)
        {
            int c = i % output[3], column = i / output[3] % output[2], row = i / output[3] / output[2] % output[1], n = i / output[3] / output[2] / output[1];
            for (var r = 0; r < g.KernelHeight; r++)
                for (var s = 0; s < g.KernelWidth; s++)
                {
                    int h = (row * g.Stride) - g.Padding + (r * g.Dilation), w = (column * g.Stride) - g.Padding + (s * g.Dilation);
                    if (h < 0 || h >= shape[1] || w < 0 || w >= shape[2])
                        continue;
                    var value = x[(((((n * shape[1]) + h) * shape[2]) + w) * shape[3]) + c];
                    if (winners[i] < 0 || value > best[i])
                        (best[i], winners[i]) = (value, (h * shape[2]) + w);
                }
        }
        return (best, winners);
    }
}
