using Retrieval.Host;
using Retrieval.Tests.Support;
using Xunit;

namespace Retrieval.Tests.Host;

public sealed class ColumnSumTests : OperatorTests
{
    /// <summary>Rows and columns: none, one, packs and beside them, several chunks, several tiles, rows that can be laid side by side.</summary>
    public static TheoryData<int, int> Sizes { get; } = new()
    {
        { 0, 5 },
        { 1, 1 },
        { 2, 3 },
        { 31, 16 },
        { 33, 17 },
        { 32, 31 },
        { 1009, 255 },
        { 2003, 300 },
        { 90001, 3 },
        { 90000, 3 },
        { 65536, 1 },
        { 517, 1032 },
        { 7, 0 },
    };

    [DeviceTheory]
    [MemberData(nameof(Sizes))]
    public void SumsColumns(DeviceName on, int rows, int columns)
    {
        Open(on);
        var before = Reference.Random(columns, 2);
        foreach (var (type, shift) in MapKinds)
        {
            var values = Activations.Rounded(Reference.Random((long)rows * columns, 1), type);
            using var x = new GuardedTensor(Device, new Shape(rows, columns), values, type, shift);
            foreach (var accumulate in new[] { false, true })
            {
                var expected = before.Select(value => accumulate ? (double)value : 0).ToArray();
                for (var i = 0; i < values.Length; i++)
                    expected[i % columns] += values[i];
                using var y = new GuardedTensor(Device, new Shape(columns), before);
                Operators.ColumnSum(x.Tensor, y.Tensor, accumulate);
                Reference.Close(expected, y.Values());
            }
        }
    }

    [DeviceTheory]
    public void RepeatsEveryBit(DeviceName on)
    {
        Open(on);
        var x = Upload(new Shape(20011, 24), Reference.Random(20011 * 24, 1));
        Tensor first = Device.Rent(new Shape(24)), second = Device.Rent(new Shape(24));
        Operators.ColumnSum(x, first);
        Operators.ColumnSum(x, second);
        Assert.Equal(first.ToArray<float>(), second.ToArray<float>());
    }
}
