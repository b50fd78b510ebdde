using Retrieval.Host;
using Retrieval.Tests.Support;
using Xunit;

namespace Retrieval.Tests.Host;

/// <summary>Weighted generalised means of maps and regions against plain loops in double precision.</summary>
public sealed class WeightedPoolTests : OperatorTests
{
    private const float Epsilon = 1e-6f;

    /// <summary>Images, height, width, channels: one position, few and many, whole packs and beside them, several blocks of channels, no image.</summary>
    public static TheoryData<int, int, int, int> Sizes { get; } = new()
    {
        { 1, 1, 1, 1 },
        { 2, 3, 5, 3 },
        { 1, 9, 7, 33 },
        { 2, 4, 3, 32 },
        { 1, 3, 4, 530 },
        { 0, 2, 2, 4 },
    };

    public static TheoryData<float> Exponents { get; } = [0.5f, 1, 2.7f, 3, 9, 50, 100, 1000];

    [DeviceTheory]
    [MemberData(nameof(Sizes))]
    public void Pools_maps_of_any_size(DeviceName on, int images, int height, int width, int channels)
    {
        Open(on);
        var shape = new Shape(images, height, width, channels);
        foreach (var p in new[] { 1, 2.7f, 3 })
        {
            Check(shape, [Whole(shape)], [p], masked: true);
            Check(shape, Some(shape), [p], masked: true);
        }
        Check(shape, Some(shape), [3], masked: false);
        Check(shape, Some(shape), [.. Reference.Random(channels, 9).Select(value => 3 + (2 * value))], masked: true);
    }

    [DeviceTheory]
    [MemberData(nameof(Exponents))]
    public void Pools_with_any_exponent(DeviceName on, float p)
    {
        Open(on);
        var shape = new Shape(1, 4, 5, 24);
        foreach (var magnitude in new[] { 1f, 1e-5f, 1e15f })
            Check(shape, [Whole(shape)], [p], masked: true, magnitude: magnitude);
        Check(shape, Some(shape), [p], masked: true, epsilon: 0);
    }

    [DeviceTheory]
    [InlineData(1)]
    [InlineData(2.3f)]
    [InlineData(3)]
    [InlineData(50)]
    public void Backward_by_differences(DeviceName on, float exponent)
    {
        Open(on);
        var shape = new Shape(2, 3, 4, 3);
        using var regions = new PoolRegions(Device, 3, 4, Some(shape));
        var pooled = new Shape(regions.Count * 2, 3);
        // Well above epsilon: its kink is out of the steps' reach. Close together: a steep power bends little within a step.
        var spread = exponent > 10 ? 0.1f : 1;
        Tensor x = Upload(shape, [.. Reference.Random(shape.Count, 1).Select(value => (spread * value) + 1.5f)]), p = Upload(new Shape(1), [exponent]);
        Tensor masks = Upload(new Shape(regions.Count, 2, 3, 4), Masks(shape, regions.Count)), y = Device.Rent(pooled), dx = Device.Rent(shape), dp = Zeros(p.Shape), shares = Device.Rent(masks.Shape);
        var weights = Reference.Random(pooled.Count, 2);
        double Loss()
        {
            Operators.WeightedPool(x, regions, masks, p, Epsilon, y);
            return FiniteDifferences.Inner(y, weights);
        }
        Loss();
        Operators.WeightedPoolBackward(x, regions, masks, y, Upload(pooled, weights), p, Epsilon, dx, shares, dp);
        FiniteDifferences.Check(x, dx, Loss, step: exponent > 10 ? 2e-3 : 1e-2, tolerance: 5e-3);
        FiniteDifferences.Check(p, dp, Loss, step: exponent > 10 ? 1 : 5e-2, tolerance: 5e-3);
        // The operator gives the masks' gradients times the masks.
        var given = masks.ToArray<float>();
        var gradient = Upload(masks.Shape, [.. shares.ToArray<float>().Select((share, i) => share == 0 ? 0 : share / given[i])]);
        FiniteDifferences.Check(masks, gradient, Loss, step: 2e-3, tolerance: 1e-2);
    }

    [DeviceTheory]
    [InlineData(1)]
    [InlineData(2.5f)]
    [InlineData(3)]
    [InlineData(50)]
    public void Dead_channels_and_weights_of_nothing_give_numbers(DeviceName on, float exponent)
    {
        Open(on);
        // Channel 0 is dead; channel 1 is largest where the mask is 0; the mask almost vanishes where channel 2 is alone.
        var shape = new Shape(1, 1, 4, 3);
        float[] x = [0, 9, 0, 0, 1, 0, 0, 2, 0, 0, 1, 5], mask = [0, 0.5f, 0.5f, 1e-37f];
        var expected = new WeightedMeans(shape, x, [Whole(shape)], mask, [exponent], 0, [1, 1, 1]);
        Tensor map = Upload(shape, x), masks = Upload(new Shape(1, 1, 1, 4), mask), p = Upload(new Shape(1), [exponent]);
        Tensor y = Device.Rent(new Shape(1, 3)), dx = Device.Rent(shape), shares = Device.Rent(masks.Shape), dp = Zeros(p.Shape);
        Operators.WeightedPool(map, null, masks, p, 0, y);
        Operators.WeightedPoolBackward(map, null, masks, y, Upload(y.Shape, [1, 1, 1]), p, 0, dx, shares, dp);
        Reference.Close(expected.Y, y.ToArray<float>());
        Assert.Equal(0, y.ToArray<float>()[0]);
        Reference.Close(expected.Dx, dx.ToArray<float>(), 1e-4);
        Reference.Close(expected.Shares, shares.ToArray<float>(), 1e-4);
        Reference.Close(expected.Dp, dp.ToArray<float>(), 1e-4);
    }

    [DeviceTheory]
    public void Its_special_cases_are_the_other_poolings(DeviceName on)
    {
        Open(on);
        var shape = new Shape(2, 5, 6, 24);
        Tensor x = Upload(shape, [.. Reference.Random(shape.Count, 1).Select(value => Math.Max(0.01f, value))]), expected = Device.Rent(new Shape(2, 24)), y = Device.Rent(expected.Shape);
        var uniform = Upload(new Shape(1, 2, 5, 6), [.. Enumerable.Repeat(1f / 30, 60)]);
        Tensor Exponent(float p) => Upload(new Shape(1), [p]);
        float[] Pool(Tensor mask, float p)
        {
            Operators.WeightedPool(x, null, mask, Exponent(p), Epsilon, y);
            return y.ToArray<float>();
        }

        // Sum pooling: uniform and the first power.
        Operators.SpocPool(x, expected);
        Reference.Close([.. expected.ToArray<float>()], Pool(uniform, 1), 1e-6);
        // Max pooling: any weights, a large power.
        Operators.MacPool(x, expected, Tensor.None);
        Reference.Close([.. expected.ToArray<float>()], Pool(uniform, 100_000), 1e-4);
        Reference.Close([.. expected.ToArray<float>()], Pool(Upload(uniform.Shape, Masks(shape, 1)), 100_000), 2e-4);
        // GeM: uniform, or no mask at all.
        foreach (var p in new[] { 2.7f, 3, 50 })
        {
            Operators.GemPool(x, Exponent(p), Epsilon, expected);
            Reference.Close([.. expected.ToArray<float>()], Pool(uniform, p), 1e-5);
            Reference.Close([.. expected.ToArray<float>()], Pool(Tensor.None, p), 1e-5);
        }
        // Weighted sum: a mask and the first power.
        float[] mask = Masks(shape, 1), values = x.ToArray<float>();
        double Sum(int pooled) => Enumerable.Range(0, 30).Sum(i => (double)mask[(pooled / 24 * 30) + i] * values[(((pooled / 24 * 30) + i) * 24) + (pooled % 24)]);
        Reference.Close([.. Enumerable.Range(0, 48).Select(Sum)], Pool(Upload(uniform.Shape, mask), 1), 1e-6);
    }

    [DeviceTheory]
    [InlineData(1)]
    [InlineData(2.5f)]
    public void What_is_not_a_number_shows(DeviceName on, float exponent)
    {
        Open(on);
        var y = Device.Rent(new Shape(1, 2));
        Operators.WeightedPool(Upload(new Shape(1, 1, 3, 2), [1, 1, float.NaN, 1, 1, 1]), null, Tensor.None, Upload(new Shape(1), [exponent]), Epsilon, y);
        Assert.Equal([true, false], y.ToArray<float>().Select(float.IsNaN));
    }

    [DeviceTheory]
    public void What_does_not_fit_is_refused(DeviceName on)
    {
        Open(on);
        var x = Zeros(new Shape(1, 4, 4, 2));
        using var regions = new PoolRegions(Device, 4, 5, [new PoolRegion(0, 0, 4, 5)]);
        var error = Assert.Throws<OperatorException>(() => Operators.WeightedPool(x, regions, Tensor.None, Upload(new Shape(1), [3]), Epsilon, Device.Rent(new Shape(1, 2))));
        Assert.Contains("the regions are those of maps of 4 x 5, x has shape [1, 4, 4, 2]", error.Message, StringComparison.Ordinal);
        Assert.Contains("does not lie within a map of 4 x 4", Assert.Throws<ArgumentException>(() => new PoolRegions(Device, 4, 4, [new PoolRegion(2, 0, 3, 1)])).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => new PoolRegions(Device, 4, 4, [new PoolRegion(int.MaxValue, 0, 3, 1)]));
        Assert.Throws<ArgumentException>(() => new PoolRegions(Device, 4, 4, []));
    }

    [Fact]
    public void Threads_do_not_change_a_bit() => ThreadCounts.Agree(device =>
    {
        var shape = new Shape(3, 5, 4, 600);
        using var regions = new PoolRegions(device, 5, 4, Some(shape));
        var pooled = new Shape(regions.Count * 3, 600);
        Tensor x = device.Rent<float>(shape, Reference.Random(shape.Count, 1)), p = device.Rent<float>(new Shape(1), [2.7f]), masks = device.Rent<float>(new Shape(regions.Count, 3, 5, 4), Masks(shape, regions.Count));
        Tensor y = device.Rent(pooled), dx = device.Rent(shape), shares = device.Rent(masks.Shape), dp = device.Rent<float>(new Shape(1), [0]);
        device.Operators.WeightedPool(x, regions, masks, p, Epsilon, y);
        device.Operators.WeightedPoolBackward(x, regions, masks, y, device.Rent<float>(pooled, Reference.Random(pooled.Count, 2)), p, Epsilon, dx, shares, dp);
        return [y.ToArray<float>(), dx.ToArray<float>(), shares.ToArray<float>(), dp.ToArray<float>()];
    });

    private static PoolRegion Whole(Shape map) => new(0, 0, map[1], map[2]);

    /// <summary>The whole map, full rows, a corner, and what overlaps it; one position of a map of one.</summary>
    private static PoolRegion[] Some(Shape map)
    {
        int height = map[1], width = map[2];
        return [Whole(map), new(height / 2, 0, height - (height / 2), width), new(height - 1, width - 1, 1, 1), new(0, width / 3, Math.Max(1, height - 1), width - (width / 3))];
    }

    private static float[] Masks(Shape map, int regions) => [.. Reference.Random((long)regions * map[0] * map[1] * map[2], 5).Select(value => 0.02f + (0.05f * Math.Abs(value)))];

    private void Check(Shape shape, PoolRegion[] regions, float[] p, bool masked, float epsilon = Epsilon, float magnitude = 1)
    {
        foreach (var kind in MapKinds.GroupBy(kind => kind.Type))
        {
            float[] x = Activations.Rounded([.. Reference.Random(shape.Count, 1).Select(value => (value + 0.4f) * magnitude)], kind.Key);
            var masks = masked ? Masks(shape, regions.Length) : null;
            // A position that weighs nothing.
            if (masks is { Length: > 3 })
                masks[2] = 0;
            var expected = new WeightedMeans(shape, x, regions, masks, p, epsilon, Reference.Random((long)regions.Length * shape[0] * shape[3], 2));
            foreach (var (_, shift) in kind)
                Check(expected, masks, epsilon, kind.Key, shift);
        }
    }

    private void Check(WeightedMeans expected, float[]? masks, float epsilon, ElementType type, int shift)
    {
        var shape = expected.Shape;
        using var regions = expected.Regions is [var only] && only == Whole(shape) ? null : new PoolRegions(Device, shape[1], shape[2], expected.Regions);
        Shape pooled = new(expected.Regions.Length * shape[0], shape[3]), maskShape = new(expected.Regions.Length, shape[0], shape[1], shape[2]);
        using var x = new GuardedTensor(Device, shape, expected.X, type, shift);
        using var y = new GuardedTensor(Device, pooled);
        using var dx = new GuardedTensor(Device, shape, null, type, shift);
        using var shares = new GuardedTensor(Device, maskShape);
        using var dp = new GuardedTensor(Device, new Shape(expected.P.Length), new float[expected.P.Length]);
        Tensor p = Upload(new Shape(expected.P.Length), expected.P), weights = masks is null ? Tensor.None : Upload(maskShape, masks), dy = Upload(pooled, expected.Dy);
        Operators.WeightedPool(x.Tensor, regions, weights, p, epsilon, y.Tensor);
        Relative(expected.Y, y.Values(), 5e-6, "y");
        Operators.WeightedPoolBackward(x.Tensor, regions, weights, y.Tensor, dy, p, epsilon, dx.Tensor, shares.Tensor, dp.Tensor);
        // A power near its largest has its error multiplied by the exponent.
        var steep = 3e-6 * (2 + expected.P.DefaultIfEmpty().Max());
        Relative(expected.Dx, dx.Values(), Activations.Tolerance(type, steep), "dx");
        var floor = expected.Y.Zip(expected.Dy, (y, dy) => Math.Abs(y * dy)).DefaultIfEmpty().Max() / expected.P.DefaultIfEmpty(1).Max();
        Relative(expected.Shares, shares.Values(), steep, "shares", floor);
        Relative(expected.Dp, dp.Values(), 3e-5 + steep, "dp", floor);
        using var again = new GuardedTensor(Device, shape, null, type, shift);
        Operators.WeightedPoolBackward(x.Tensor, regions, weights, y.Tensor, dy, p, epsilon, again.Tensor, Tensor.None, Tensor.None);
        Assert.Equal(dx.Values(), again.Values());
    }

    private static void Relative(double[] expected, float[] actual, double tolerance, string what, double floor = 0)
    {
        var scale = expected.Select(Math.Abs).Append(floor).Max();
        for (var i = 0; i < expected.Length; i++)
            Assert.True(Math.Abs(expected[i] - actual[i]) <= tolerance * scale, $"{what}[{i}]: expected {expected[i]:g8}, got {actual[i]:g8} (largest {scale:g3})");
    }
}
