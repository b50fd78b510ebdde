using Retrieval.Host;
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
    ]);

    [Theory]
    [MemberData(nameof(Cases))]
    public void Windows(int[] size)
    {
        var shape = new Shape(size[0], size[1], size[2], size[3]);
        var geometry = new ConvolutionGeometry(size[4], size[5], size[6], size[7], size[8]);
        // Few different values: ties everywhere.
        var x = Reference.Random(shape.Count, 1).Select(value => MathF.Round(value * 2)).ToArray();
        var outShape = geometry.OutputShape(shape, shape[3]);
        var (expected, winners) = Pool(x, shape, geometry, outShape);

        using var y = new GuardedTensor(Device, outShape);
        var argmax = Device.Rent(outShape, ElementType.Int32);
        Operators.MaxPool(Upload(shape, x), geometry, y.Tensor, argmax);
        Assert.Equal(expected, y.Values());
        Assert.Equal(winners, argmax.ToArray<int>());
        using var again = new GuardedTensor(Device, outShape);
        Operators.MaxPool(Upload(shape, x), geometry, again.Tensor, Tensor.None);
        Assert.Equal(expected, again.Values());

        var dy = Reference.Random(outShape.Count, 2);
        var gradient = new double[x.Length];
        for (var i = 0; i < dy.Length; i++)
        {
            if (winners[i] >= 0)
                gradient[(((i / (outShape[1] * outShape[2] * outShape[3]) * shape[1] * shape[2]) + winners[i]) * shape[3]) + (i % shape[3])] += dy[i];
        }
        using var dx = new GuardedTensor(Device, shape);
        Operators.MaxPoolBackward(Upload(outShape, dy), argmax, geometry, dx.Tensor);
        Reference.Close(gradient, dx.Values());
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

    [Fact]
    public void NaNWins()
    {
        // Channel c of 37 has its NaN at position c mod 9.
        const int channels = 37;
        var x = Enumerable.Range(0, 9 * channels).Select(i => i / channels == i % channels % 9 ? float.NaN : i).ToArray();
        var map = Upload(new Shape(1, 3, 3, channels), x);
        Tensor y = Device.Rent(new Shape(1, 1, 1, channels)), argmax = Device.Rent(y.Shape, ElementType.Int32);
        Operators.MaxPool(map, ConvolutionGeometry.Square(3), y, argmax);
        Assert.All(y.ToArray<float>(), value => Assert.True(float.IsNaN(value)));
        Assert.Equal(Enumerable.Range(0, channels).Select(c => c % 9), argmax.ToArray<int>());
        var pooled = new Shape(1, channels);
        Operators.Fill(y, 0);
        Operators.MacPool(map, y.Reshape(pooled), argmax.Reshape(pooled));
        Assert.All(y.ToArray<float>(), value => Assert.True(float.IsNaN(value)));
        Assert.Equal(Enumerable.Range(0, channels).Select(c => c % 9), argmax.ToArray<int>());
    }

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
