using Retrieval.Host;
using Retrieval.Tests.Support;
using Xunit;

namespace Retrieval.Tests.Host;

/// <summary>Elementwise operators and column sums against plain loops.</summary>
public sealed class ElementwiseTests : OperatorTests
{
    public static TheoryData<int> Lengths { get; } = [0, 1, 3, 15, 16, 17, 31, 32, 33, 1009, 70001];

    [Theory]
    [MemberData(nameof(Lengths))]
    public void Fills(int length)
    {
        using var x = new GuardedTensor(Device, new Shape(length));
        Operators.Fill(x.Tensor, 2.5f);
        Assert.All(x.Values(), value => Assert.Equal(2.5f, value));
    }

    [Theory]
    [MemberData(nameof(Lengths))]
    public void Copies(int length)
    {
        var values = Reference.Random(length, 1);
        using var target = new GuardedTensor(Device, new Shape(length));
        Operators.Copy(Upload(new Shape(length), values), target.Tensor);
        Assert.Equal(values, target.Values());
    }

    [Fact]
    public void CopiesBetweenShapesOfAnyType()
    {
        byte[] bytes = [1, 2, 3, 250, 255, 0];
        var target = Device.Rent(new Shape(2, 3), ElementType.UInt8);
        Operators.Copy(Device.Rent<byte>(new Shape(6), bytes), target);
        Assert.Equal(bytes, target.ToArray<byte>());
        long[] longs = [long.MinValue, -1, long.MaxValue];
        var wide = Device.Rent(new Shape(3), ElementType.Int64);
        Operators.Copy(Device.Rent<long>(new Shape(3, 1), longs), wide);
        Assert.Equal(longs, wide.ToArray<long>());
        Assert.Throws<OperatorException>(() => Operators.Copy(target, wide));
    }

    [Theory]
    [MemberData(nameof(Lengths))]
    public void AddsScaled(int length)
    {
        float[] x = Reference.Random(length, 1), before = Reference.Random(length, 2);
        using var y = new GuardedTensor(Device, new Shape(length), before);
        Operators.AddScaled(0.5f, Upload(new Shape(length), x), -2, y.Tensor);
        Reference.Close([.. x.Select((value, i) => (0.5 * value) - (2.0 * before[i]))], y.Values(), 1e-6);
    }

    [Fact]
    public void ScaledByZeroIsForgotten()
    {
        var y = Upload(new Shape(3), [float.NaN, float.PositiveInfinity, 1]);
        Operators.AddScaled(2, Upload(new Shape(3), [1, 2, 3]), 0, y);
        Assert.Equal([2, 4, 6], y.ToArray<float>());
    }

    [DeviceTheory]
    [MemberData(nameof(Lengths))]
    public void Rectifies(DeviceName on, int length)
    {
        Open(on);
        float[] x = Reference.Random(length, 1), dy = Reference.Random(length, 2);
        using var y = new GuardedTensor(Device, new Shape(length), x);
        Operators.Relu(y.Tensor, y.Tensor);
        Assert.Equal(x.Select(value => Math.Max(0, value)), y.Values());
        using var dx = new GuardedTensor(Device, new Shape(length), dy);
        Operators.ReluBackward(y.Tensor, dx.Tensor, dx.Tensor);
        Assert.Equal(dy.Select((value, i) => x[i] > 0 ? value : 0), dx.Values());
    }

    [DeviceTheory]
    public void RectifierHidesNoNaN(DeviceName on)
    {
        Open(on);
        // 37 values: every width of register gets one.
        var x = Enumerable.Range(0, 37).Select(i => i % 2 == 0 ? float.NaN : -1f).ToArray();
        var y = Device.Rent(new Shape(37));
        Operators.Relu(Upload(y.Shape, x), y);
        Assert.Equal(x.Select(value => float.IsNaN(value) ? value : 0), y.ToArray<float>());
    }

    [Theory]
    [InlineData(0, 5)]
    [InlineData(1, 1)]
    [InlineData(2, 3)]
    [InlineData(31, 16)]
    [InlineData(33, 17)]
    [InlineData(1009, 255)]
    [InlineData(2003, 300)]
    [InlineData(90001, 3)]
    [InlineData(7, 0)]
    public void SumsColumns(int rows, int columns)
    {
        float[] x = Reference.Random((long)rows * columns, 1), before = Reference.Random(columns, 2);
        foreach (var accumulate in new[] { false, true })
        {
            var expected = before.Select(value => accumulate ? (double)value : 0).ToArray();
            for (var i = 0; i < x.Length; i++)
                expected[i % columns] += x[i];
            using var y = new GuardedTensor(Device, new Shape(columns), before);
            Operators.ColumnSum(Upload(new Shape(rows, columns), x), y.Tensor, accumulate);
            Reference.Close(expected, y.Values());
        }
    }

    [Theory]
    [InlineData(1, 1, 1, 1, 3, 4)]
    [InlineData(2, 5, 7, 3, 9, 4)]
    [InlineData(1, 13, 4, 17, 6, 8)]
    [InlineData(1, 9, 11, 33, 0, 3)]
    public void Resizes(int images, int height, int width, int channels, int outHeight, int outWidth)
    {
        float scaleY = outHeight == 0 ? 1 : (float)outHeight / height, scaleX = (float)outWidth / width;
        var x = Reference.Random((long)images * height * width * channels, 1);
        using var y = new GuardedTensor(Device, new Shape(images, outHeight, outWidth, channels));
        Operators.ResizeBilinear(Upload(new Shape(images, height, width, channels), x), scaleY, scaleX, y.Tensor);
        var expected = new List<double>();
        for (var n = 0; n < images; n++)
            for (var i = 0; i < outHeight; i++)
                for (var j = 0; j < outWidth; j++)
                    for (var c = 0; c < channels; c++)
                    {
                        double row = Math.Clamp(((i + 0.5) / scaleY) - 0.5, 0, height - 1), column = Math.Clamp(((j + 0.5) / scaleX) - 0.5, 0, width - 1);
                        double At(double r, double s) => x[(((((n * height) + (int)r) * width) + (int)s) * channels) + c];
                        double top = Math.Floor(row), left = Math.Floor(column), bottom = Math.Min(top + 1, height - 1), right = Math.Min(left + 1, width - 1);
                        double upper = At(top, left) + ((column - left) * (At(top, right) - At(top, left)));
                        double lower = At(bottom, left) + ((column - left) * (At(bottom, right) - At(bottom, left)));
                        expected.Add(upper + ((row - top) * (lower - upper)));
                    }
        Reference.Close(expected, y.Values());
    }
}
