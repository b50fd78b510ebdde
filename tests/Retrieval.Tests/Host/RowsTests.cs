using Retrieval.Host;
using Retrieval.Tests.Support;
using Xunit;

namespace Retrieval.Tests.Host;

/// <summary>Rows in an order of choice, and the sums of what comes back for them.</summary>
public sealed class RowsTests : OperatorTests
{
    [DeviceTheory]
    [InlineData(1, 1, 1)]
    [InlineData(7, 31, 3)]
    [InlineData(7, 32, 128)]
    [InlineData(40, 200, 132)]
    [InlineData(3, 100, 1037)]
    [InlineData(5, 0, 8)]
    public void GathersAndAddsBack(DeviceName on, int rows, int count, int dimension)
    {
        Open(on);
        int[] order = [.. Enumerable.Range(0, count).Select(place => place % 7 == 4 ? -1 : (place * place) % (rows + 1) % rows)];
        float[] values = Reference.Random((long)rows * dimension, 1), gradients = Reference.Random((long)count * dimension, 2);
        var sums = new float[values.Length];
        for (var i = 0; i < gradients.Length; i++)
            if (order[i / dimension] >= 0)
                sums[(order[i / dimension] * dimension) + (i % dimension)] += gradients[i];
        var places = Device.Rent<int>(new Shape(count), order);
        foreach (var shift in new[] { 0, 1 })
        {
            using var x = new GuardedTensor(Device, new Shape(rows, dimension), values, ElementType.Float32, shift);
            using var y = new GuardedTensor(Device, new Shape(count, dimension), null, ElementType.Float32, shift);
            Operators.GatherRows(x.Tensor, places, y.Tensor);
            Assert.Equal(order.SelectMany(row => row < 0 ? new float[dimension] : values[(row * dimension)..((row + 1) * dimension)]), y.Values());

            using var dy = new GuardedTensor(Device, y.Tensor.Shape, gradients, ElementType.Float32, shift);
            Operators.ScatterAddRows(dy.Tensor, places, x.Tensor);
            Assert.Equal(sums, x.Values());
        }
    }

    [DeviceTheory]
    public void ARowPastTheLastIsNamed(DeviceName on)
    {
        Open(on);
        Tensor x = Upload(new Shape(2, 1), [1, 2]), y = Device.Rent(new Shape(3, 1)), rows = Device.Rent<int>(new Shape(3), [0, 2, 5]);
        // A device that has the rows to itself says so when the result is read.
        string Refused(Action compute, Tensor result) => Assert.Throws<OperatorException>(() =>
        {
            compute();
            result.ToArray<float>();
        }).Message;
        Assert.Contains("GatherRows: place 1 names row 2, past the last", Refused(() => Operators.GatherRows(x, rows, y), y), StringComparison.Ordinal);
        Assert.Contains("ScatterAddRows: place 1 names row 2, past the last", Refused(() => Operators.ScatterAddRows(y, rows, x), x), StringComparison.Ordinal);
    }
}
