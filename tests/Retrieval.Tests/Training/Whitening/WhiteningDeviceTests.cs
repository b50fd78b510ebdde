using Retrieval.Host;
using Retrieval.Tests.Host;
using Retrieval.Tests.Index;
using Retrieval.Tests.Support;
using Retrieval.Training.Whitening;
using Xunit;

namespace Retrieval.Tests.Training.Whitening;

/// <summary>Scatter matrices that a device multiplies, against those of the managed solver.</summary>
public sealed class WhiteningDeviceTests : OperatorTests
{
    [DeviceTheory]
    [InlineData(1, 1)]
    [InlineData(7, 40)]
    [InlineData(33, 301)]
    public void A_scatter_is_a_sum_of_squares_panel_by_panel(DeviceName on, int dimensions, int count)
    {
        Open(on);
        RequireProducts();
        var values = Fixture.Normals(1, count, dimensions);
        var rented = Device.Arena.RentedByteCount;
        using (var scatter = new DeviceScatter(Device, dimensions, count))
        {
            Assert.Equal(count, scatter.Capacity);
            // Panels shorter than there is room for, the last one shorter still.
            var panel = Math.Max(1, count / 3);
            for (var first = 0; first < count; first += panel)
            {
                var depth = Math.Min(panel, count - first);
                for (var i = 0; i < depth; i++)
                    for (var j = 0; j < dimensions; j++)
                        scatter.Row(i)[j] = values[((first + i) * dimensions) + j];
                scatter.Add(depth);
            }
            var total = scatter.Total(divisor: 4);
            for (var i = 0; i < dimensions; i++)
                for (var j = 0; j < dimensions; j++)
                {
                    var expected = Enumerable.Range(0, count).Sum(row => (double)values[(row * dimensions) + i] * values[(row * dimensions) + j]) / 4;
                    Assert.Equal(expected, total[i, j], 1e-12 * count);
                    Assert.Equal(total[i, j], total[j, i]);
                }
        }
        Assert.Equal(rented, Device.Arena.RentedByteCount);
    }

    [DeviceTheory]
    public void A_whitening_is_the_same_on_every_device(DeviceName on)
    {
        Open(on);
        const int dimensions = 24, count = 500;
        var rows = new DescriptorMatrix(Fixture.Normals(2, count, dimensions), dimensions);
        var pairs = Enumerable.Range(0, count / 2).Select(pair => (pair, count - 1 - pair)).ToArray();
        Same(LearnedWhitening.Learn(rows, pairs), LearnedWhitening.Learn(rows, pairs, new LearnedWhiteningOptions { Device = Device }));
        Same(PcaWhitening.Learn(rows), PcaWhitening.Learn(rows, new PcaWhiteningOptions { Device = Device }));
    }

    private static void Same(WhiteningTransform expected, WhiteningTransform got)
    {
        const double relative = 1e-9;
        double[] wanted = expected.Projection.ToArray(), found = got.Projection.ToArray();
        var largest = wanted.Max(Math.Abs);
        Assert.Equal(wanted.Length, found.Length);
        for (var i = 0; i < wanted.Length; i++)
            Assert.Equal(wanted[i], found[i], relative * largest);
        Assert.Equal(expected.Mean.ToArray(), got.Mean.ToArray());
    }

    /// <summary>The processor computes them, too, but leaves whitening to the managed solver.</summary>
    private void RequireProducts() =>
        Assert.SkipUnless(Device.Name == DeviceName.Cpu || Device.MultipliesFloat64, "cuBLASLt is not there");
}
