using Retrieval.Host;
using Retrieval.Tests.Support;
using Xunit;

namespace Retrieval.Tests.Host;

/// <summary>The masks of weighted poolings: convolution to one channel and softmax over a region's positions.</summary>
public sealed class MaskTests : OperatorTests
{
    public static TheoryData<int, int, int, int> Sizes { get; } = new()
    {
        { 1, 1, 1, 1 },
        { 2, 3, 5, 3 },
        { 1, 7, 6, 33 },
        { 2, 4, 3, 32 },
        { 1, 2, 3, 530 },
        { 3, 17, 1, 8 },
        { 0, 2, 2, 4 },
    };

    [DeviceTheory]
    [MemberData(nameof(Sizes))]
    public void Taps_and_their_gradients(DeviceName on, int images, int height, int width, int channels)
    {
        Open(on);
        Shape shape = new(images, height, width, channels), tapShape = new(images, height, width, 9), weightShape = new(1, 3, 3, channels);
        foreach (var (type, shift) in MapKinds)
        {
            float[] values = Activations.Rounded(Reference.Random(shape.Count, 1), type), old = Activations.Rounded(Reference.Random(shape.Count, 2), type);
            float[] w = Reference.Random(weightShape.Count, 3), dTaps = Reference.Random(tapShape.Count, 4), oldDw = Reference.Random(w.Length, 5);
            using var x = new GuardedTensor(Device, shape, values, type, shift);
            using var dx = new GuardedTensor(Device, shape, old, type, shift);
            using var taps = new GuardedTensor(Device, tapShape);
            using var dw = new GuardedTensor(Device, weightShape, oldDw);
            var weights = Upload(weightShape, w);
            var rows = images * height * width;
            Operators.MaskTaps(x.Tensor, weights, taps.Tensor);
            Reference.Close(Reference.Product(values, w, rows, 9, channels, transposeA: false, transposeB: true), taps.Values());
            Operators.MaskTapsBackward(x.Tensor, weights, Upload(tapShape, dTaps), dx.Tensor, dw.Tensor);
            Reference.Close([.. Reference.Product(dTaps, w, rows, channels, 9, false, false).Zip(old, (a, b) => a + b)], dx.Values(), Activations.Tolerance(type));
            Reference.Close([.. Reference.Product(dTaps, values, 9, channels, rows, true, false).Zip(oldDw, (a, b) => a + b)], dw.Values());
        }
    }

    [DeviceTheory]
    [InlineData(1, 1)]
    [InlineData(5, 7)]
    [InlineData(17, 18)]
    public void A_mask_is_the_softmax_of_a_convolution(DeviceName on, int height, int width)
    {
        Open(on);
        const int images = 2, channels = 5;
        Tensor x = Upload(new Shape(images, height, width, channels), Reference.Random(images * height * width * channels, 1)), w = Upload(new Shape(1, 3, 3, channels), Reference.Random(9 * channels, 2));
        var logits = Device.Rent(new Shape(images, height, width, 1));
        Operators.Convolution(x, w, ConvolutionGeometry.Square(3, 1, 1), logits);
        var positions = height * width;
        var expected = logits.ToArray<float>().Chunk(positions).SelectMany(Softmax).ToArray();
        Reference.Close(expected, Masks(x, w, null, own: false).ToArray<float>());

        // Cut from the whole map's mask, a region's sums to 1 again; one of its own is that of the region as a map.
        PoolRegion region = new(height / 3, width / 2, height - (height / 3), width - (width / 2));
        using var regions = new PoolRegions(Device, height, width, [new PoolRegion(0, 0, height, width), region]);
        var inside = Inside(region, width);
        var cut = Masks(x, w, regions, own: false).ToArray<float>()[(images * positions)..].Chunk(positions).ToArray();
        var own = Masks(x, w, regions, own: true).ToArray<float>()[(images * positions)..].Chunk(positions).ToArray();
        var part = Upload(new Shape(images, region.Height, region.Width, channels),
            [.. x.ToArray<float>().Chunk(channels).Where((_, i) => inside.Contains(i % positions)).SelectMany(values => values)]);
        var alone = Masks(part, w, null, own: false).ToArray<float>().Chunk(inside.Count).ToArray();
        for (var image = 0; image < images; image++)
        {
            var sum = inside.Sum(i => expected[(image * positions) + i]);
            Reference.Close([.. Enumerable.Range(0, positions).Select(i => inside.Contains(i) ? expected[(image * positions) + i] / sum : 0)], cut[image]);
            Reference.Close([.. alone[image]], [.. own[image].Where((_, i) => inside.Contains(i))]);
            Assert.All(own[image].Where((_, i) => !inside.Contains(i)), value => Assert.Equal(0, value));
        }
    }

    [DeviceTheory]
    [InlineData(false)]
    [InlineData(true)]
    public void Backward_by_differences(DeviceName on, bool own)
    {
        Open(on);
        const int images = 2, height = 4, width = 5, channels = 3;
        using var regions = new PoolRegions(Device, height, width, [new(0, 0, height, width), new(1, 1, 3, 3), new(0, 2, 2, 3), new(3, 4, 1, 1)]);
        Tensor x = Upload(new Shape(images, height, width, channels), Reference.Random(images * height * width * channels, 1)), w = Upload(new Shape(1, 3, 3, channels), Reference.Random(9 * channels, 2));
        var dMask = Reference.Random((long)regions.Count * images * height * width, 3);
        double Loss() => FiniteDifferences.Inner(Masks(x, w, regions, own), dMask);
        var masks = Masks(x, w, regions, own);
        var shares = Upload(masks.Shape, [.. masks.ToArray<float>().Zip(dMask, (mask, gradient) => mask * gradient)]);
        Tensor dTaps = Device.Rent(new Shape(images, height, width, 9)), dx = Zeros(x.Shape), dw = Zeros(w.Shape);
        Operators.MaskSoftmaxBackward(masks, shares, regions, own, dTaps);
        Operators.MaskTapsBackward(x, w, dTaps, dx, dw);
        FiniteDifferences.Check(x, dx, Loss);
        FiniteDifferences.Check(w, dw, Loss);
    }

    [DeviceTheory]
    public void Large_outputs_stay_finite(DeviceName on)
    {
        Open(on);
        Tensor x = Upload(new Shape(1, 1, 4, 1), [100, 0, -500, 30]), w = Upload(new Shape(1, 3, 3, 1), [0, 0, 0, 0, 10, 0, 0, 0, 0]);
        Assert.Equal([1, 0, 0, 0], Masks(x, w, null, own: false).ToArray<float>());
    }

    [Fact]
    public void Threads_do_not_change_a_bit() => ThreadCounts.Agree(device =>
    {
        var shape = new Shape(3, 9, 8, 300);
        Tensor x = device.Rent<float>(shape, Reference.Random(shape.Count, 1)), w = device.Rent<float>(new Shape(1, 3, 3, 300), Reference.Random(2700, 2));
        Tensor taps = device.Rent(new Shape(3, 9, 8, 9)), dx = device.Rent<float>(shape, new float[shape.Count]), dw = device.Rent<float>(w.Shape, new float[2700]);
        device.Operators.MaskTaps(x, w, taps);
        device.Operators.MaskTapsBackward(x, w, taps, dx, dw);
        return [taps.ToArray<float>(), dx.ToArray<float>(), dw.ToArray<float>()];
    });

    private static HashSet<int> Inside(PoolRegion region, int width) =>
        [.. from row in Enumerable.Range(region.Row, region.Height) from column in Enumerable.Range(region.Column, region.Width) select (row * width) + column];

    private static IEnumerable<double> Softmax(float[] values)
    {
        var sum = values.Sum(value => Math.Exp(value));
        return values.Select(value => Math.Exp(value) / sum);
    }

    private Tensor Masks(Tensor x, Tensor w, PoolRegions? regions, bool own)
    {
        Tensor taps = Device.Rent(new Shape(x.Shape[0], x.Shape[1], x.Shape[2], 9)), masks = Device.Rent(new Shape(regions?.Count ?? 1, x.Shape[0], x.Shape[1], x.Shape[2]));
        Operators.MaskTaps(x, w, taps);
        Operators.MaskSoftmax(taps, regions, own, masks);
        return masks;
    }
}
