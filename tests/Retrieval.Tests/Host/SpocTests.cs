using Retrieval.Host;
using Retrieval.Tests.Support;
using Xunit;

namespace Retrieval.Tests.Host;

/// <summary>Mean pooling against plain loops in double precision.</summary>
public sealed class SpocTests : OperatorTests
{
    /// <summary>Images, positions and channels: whole packs and beside them, maps that one sweep reads and larger ones, more blocks than 65,535.</summary>
    public static TheoryData<int, int, int> Sizes { get; } = new()
    {
        { 1, 1, 1 },
        { 2, 35, 3 },
        { 1, 1009, 33 },
        { 3, 4, 300 },
        { 2, 49, 264 },
        { 1, 1057, 31 },
        { 1, 2053, 8 },
        { 1, 5003, 1 },
        { 65_537, 1, 1 },
        { 0, 2, 2 },
    };

    [DeviceTheory]
    [MemberData(nameof(Sizes))]
    public void IsTheMean(DeviceName on, int images, int positions, int channels)
    {
        Open(on);
        var shape = new Shape(images, positions, 1, channels);
        float[] values = Reference.Random(shape.Count, 1), gradients = Reference.Random((long)images * channels, 2);
        foreach (var (type, shift) in MapKinds)
        {
            var rounded = Activations.Rounded(values, type);
            using var x = new GuardedTensor(Device, shape, rounded, type, shift);
            using var y = new GuardedTensor(Device, new Shape(images, channels));
            Operators.SpocPool(x.Tensor, y.Tensor);
            var expected = new double[images * channels];
            for (var i = 0; i < rounded.Length; i++)
                expected[Pooled(i)] += (double)rounded[i] / positions;
            Reference.Close(expected, y.Values());

            using var dx = new GuardedTensor(Device, shape, null, type, shift);
            Operators.SpocPoolBackward(Upload(y.Tensor.Shape, gradients), dx.Tensor);
            Reference.Close([.. values.Select((_, i) => (double)gradients[Pooled(i)] / positions)], dx.Values(), Activations.Tolerance(type));
        }

        int Pooled(int i) => (i / (positions * channels) * channels) + (i % channels);
    }

    [DeviceTheory]
    public void AnImageHasTheSameBitsInAnyBatch(DeviceName on)
    {
        Open(on);
        var shape = new Shape(5, 17, 13, 72);
        Tensor x = Upload(shape, Reference.Random(shape.Count, 1)), y = Device.Rent(new Shape(5, 72)), alone = Device.Rent(new Shape(1, 72));
        Operators.SpocPool(x, y);
        Operators.SpocPool(x.Slice(3, 1), alone);
        Assert.Equal(y.ToArray<float>()[(3 * 72)..(4 * 72)], alone.ToArray<float>());
    }
}
