using Retrieval.Host;
using Retrieval.Tests.Support;
using Xunit;

namespace Retrieval.Tests.Host;

/// <summary>Maxima of regions against plain loops.</summary>
public sealed class RegionMaxTests : OperatorTests
{
    [DeviceTheory]
    [InlineData(1, 1, 1, 1)]
    [InlineData(2, 5, 4, 3)]
    [InlineData(1, 9, 7, 33)]
    [InlineData(2, 6, 6, 32)]
    [InlineData(1, 3, 4, 530)]
    public void Winners_and_gradients(DeviceName on, int images, int height, int width, int channels)
    {
        Open(on);
        var shape = new Shape(images, height, width, channels);
        PoolRegion[] list = [new(0, 0, height, width), new(height / 2, 0, height - (height / 2), width), new(0, width / 2, height, width - (width / 2)), new(height - 1, width - 1, 1, 1)];
        using var regions = new PoolRegions(Device, height, width, list);
        var pooled = new Shape(list.Length * images, channels);
        var dy = Reference.Random(pooled.Count, 2);
        foreach (var (type, shift) in MapKinds)
        {
            // Few values: ties are common, and zeros most of all.
            var values = Reference.Random(shape.Count, 1).Select(value => Math.Max(0, MathF.Round(4 * value))).ToArray();
            var (winners, dMap) = Expected(shape, list, values, dy);
            using var x = new GuardedTensor(Device, shape, values, type, shift);
            using var y = new GuardedTensor(Device, pooled);
            using var dx = new GuardedTensor(Device, shape, null, type, shift);
            var argmax = Device.Rent(pooled, ElementType.Int32);
            Operators.RegionMaxPool(x.Tensor, regions, y.Tensor, argmax);
            Assert.Equal(winners.Select((winner, i) => values[(((i / channels % images * height * width) + winner) * channels) + (i % channels)]), y.Values());
            Assert.Equal(winners, argmax.ToArray<int>());
            Operators.RegionMaxPoolBackward(Upload(pooled, dy), argmax, regions, dx.Tensor);
            Reference.Close(dMap, dx.Values(), Activations.Tolerance(type, 1e-6));
        }
    }

    [DeviceTheory]
    public void What_is_not_a_number_wins(DeviceName on)
    {
        Open(on);
        using var regions = new PoolRegions(Device, 1, 3, [new(0, 0, 1, 2), new(0, 2, 1, 1)]);
        var y = Device.Rent(new Shape(2, 1));
        Operators.RegionMaxPool(Upload(new Shape(1, 1, 3, 1), [float.NaN, 4, float.NegativeInfinity]), regions, y, Tensor.None);
        Assert.Equal([float.NaN, float.NegativeInfinity], y.ToArray<float>());
    }

    private static (int[] Winners, double[] Dx) Expected(Shape shape, PoolRegion[] regions, float[] x, float[] dy)
    {
        int images = shape[0], positions = shape[1] * shape[2], channels = shape[3];
        var (winners, dx) = (new int[dy.Length], new double[x.Length]);
        for (var pooled = 0; pooled < dy.Length; pooled++)
        {
            int row = pooled / channels, c = pooled % channels;
            var region = regions[row / images];
            var held = from y in Enumerable.Range(region.Row, region.Height) from column in Enumerable.Range(region.Column, region.Width) select (y * shape[2]) + column;
            int At(int i) => (((row % images * positions) + i) * channels) + c;
            winners[pooled] = held.OrderByDescending(i => x[At(i)]).ThenBy(i => i).First();
            dx[At(winners[pooled])] += dy[pooled];
        }
        return (winners, dx);
    }
}
