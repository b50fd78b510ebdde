using Retrieval.Host;
using Retrieval.Tests.Support;
using Xunit;

namespace Retrieval.Tests.Host;

/// <summary>Operators that take every element by itself, against plain loops.</summary>
public sealed class ElementwiseTests : OperatorTests
{
    public static TheoryData<int> Lengths { get; } = [0, 1, 3, 15, 16, 17, 31, 32, 33, 1009, 70001];

    [DeviceTheory]
    [MemberData(nameof(Lengths))]
    public void Fills(DeviceName on, int length)
    {
        Open(on);
        foreach (var (type, shift) in MapKinds)
        {
            using var x = new GuardedTensor(Device, new Shape(length), null, type, shift);
            Operators.Fill(x.Tensor, 2.5f);
            Assert.All(x.Values(), value => Assert.Equal(2.5f, value));
        }
    }

    [DeviceTheory]
    [MemberData(nameof(Lengths))]
    public void Copies(DeviceName on, int length)
    {
        Open(on);
        var values = Reference.Random(length, 1);
        using var target = new GuardedTensor(Device, new Shape(length));
        Operators.Copy(Upload(new Shape(length), values), target.Tensor);
        Assert.Equal(values, target.Values());
    }

    [DeviceTheory]
    public void CopiesBetweenShapesOfAnyType(DeviceName on)
    {
        Open(on);
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

    [DeviceTheory]
    [MemberData(nameof(Lengths))]
    public void CastsToBFloat16AndBack(DeviceName on, int length)
    {
        Open(on);
        var values = Reference.Random(length, 1);
        foreach (var shift in new[] { 0, 1 })
        {
            using var x = new GuardedTensor(Device, new Shape(length), values, ElementType.Float32, shift);
            using var y = new GuardedTensor(Device, new Shape(length, 1), null, ElementType.BFloat16, shift);
            using var z = new GuardedTensor(Device, new Shape(length), null, ElementType.Float32, shift);
            Operators.Cast(x.Tensor, y.Tensor);
            Assert.Equal(Activations.Rounded(values, ElementType.BFloat16), y.Values());
            Operators.Cast(y.Tensor, z.Tensor);
            Assert.Equal(y.Values(), z.Values());
        }
    }

    [DeviceTheory]
    public void CastsEveryKindOfNumber(DeviceName on)
    {
        Open(on);
        // Every upper half with lower halves at and beside the middle: rounding, overflow, subnormals, what is not a number.
        uint[] lower = [0, 1, 0x7fff, 0x8000, 0x8001, 0xffff];
        var x = Enumerable.Range(0, 1 << 16).SelectMany(upper => lower.Select(low => BitConverter.UInt32BitsToSingle(((uint)upper << 16) | low))).ToArray();
        var y = Device.Rent(new Shape(x.Length), ElementType.BFloat16);
        Operators.Cast(Upload(y.Shape, x), y);
        Assert.Equal(x.Select(value => (BFloat16)value), y.ToArray<BFloat16>());
        var back = Device.Rent(y.Shape);
        Operators.Cast(y, back);
        Assert.Equal(x.Select(value => (float)(BFloat16)value), back.ToArray<float>());
    }

    [DeviceTheory]
    public void CastsNothingElse(DeviceName on)
    {
        Open(on);
        Tensor single = Device.Rent(new Shape(2)), half = Device.Rent(new Shape(2), ElementType.BFloat16), whole = Device.Rent(new Shape(2), ElementType.Int32);
        Assert.Equal("Cast: y holds Float32, expected BFloat16", Assert.Throws<OperatorException>(() => Operators.Cast(single, single)).Message);
        Assert.Equal("Cast: y holds BFloat16, expected Float32", Assert.Throws<OperatorException>(() => Operators.Cast(half, half)).Message);
        Assert.Equal("Cast: x holds Int32, expected BFloat16", Assert.Throws<OperatorException>(() => Operators.Cast(whole, single)).Message);
        Assert.Throws<OperatorException>(() => Operators.Cast(single, Device.Rent(new Shape(3), ElementType.BFloat16)));
    }

    [Fact]
    public void TheProcessorSaysThatItDoesNotComputeWithBFloat16()
    {
        var x = Device.Rent(new Shape(2), ElementType.BFloat16);
        var refused = Assert.Throws<OperatorException>(() => Operators.Relu(x, x));
        Assert.Equal("Relu: x holds BFloat16, which cpu does not compute with: cast it to Float32 first", refused.Message);
    }

    [DeviceTheory]
    [MemberData(nameof(Lengths))]
    public void AddsScaled(DeviceName on, int length)
    {
        Open(on);
        foreach (var (type, shift) in MapKinds)
        {
            float[] x = Activations.Rounded(Reference.Random(length, 1), type), before = Activations.Rounded(Reference.Random(length, 2), type);
            using var added = new GuardedTensor(Device, new Shape(length), x, type, shift);
            using var y = new GuardedTensor(Device, new Shape(length), before, type, shift);
            Operators.AddScaled(0.5f, added.Tensor, -2, y.Tensor);
            Reference.Close([.. x.Select((value, i) => (0.5 * value) - (2.0 * before[i]))], y.Values(), Activations.Tolerance(type, 1e-6));
        }
    }

    [DeviceTheory]
    public void ScaledByZeroIsForgotten(DeviceName on)
    {
        Open(on);
        foreach (var (type, shift) in MapKinds)
        {
            // 8 values: a whole pack of either type where the address allows.
            using var y = new GuardedTensor(Device, new Shape(8), [float.NaN, float.PositiveInfinity, 1, 2, 3, 4, 5, float.NaN], type, shift);
            using var x = new GuardedTensor(Device, new Shape(8), [1, 2, 3, 4, 5, 6, 7, 8], type, shift);
            Operators.AddScaled(2, x.Tensor, 0, y.Tensor);
            Assert.Equal([2, 4, 6, 8, 10, 12, 14, 16], y.Values());
        }
    }

    [DeviceTheory]
    [MemberData(nameof(Lengths))]
    public void Rectifies(DeviceName on, int length)
    {
        Open(on);
        foreach (var (type, shift) in MapKinds)
        {
            float[] x = Activations.Rounded(Reference.Random(length, 1), type), dy = Activations.Rounded(Reference.Random(length, 2), type);
            using var y = new GuardedTensor(Device, new Shape(length), x, type, shift);
            Operators.Relu(y.Tensor, y.Tensor);
            Assert.Equal(x.Select(value => Math.Max(0, value)), y.Values());
            using var dx = new GuardedTensor(Device, new Shape(length), dy, type, shift);
            Operators.ReluBackward(y.Tensor, dx.Tensor, dx.Tensor);
            Assert.Equal(dy.Select((value, i) => x[i] > 0 ? value : 0), dx.Values());
        }
    }

    [DeviceTheory]
    public void RectifierHidesNoNaN(DeviceName on)
    {
        Open(on);
        foreach (var (type, shift) in MapKinds)
            // 37 values: every width of register gets one; 40: packs.
            foreach (var length in new[] { 37, 40 })
            {
                var x = Enumerable.Range(0, length).Select(i => i % 2 == 0 ? float.NaN : -1f).ToArray();
                using var y = new GuardedTensor(Device, new Shape(length), x, type, shift);
                Operators.Relu(y.Tensor, y.Tensor);
                Assert.Equal(x.Select(value => float.IsNaN(value) ? value : 0), y.Values());
            }
    }
}
