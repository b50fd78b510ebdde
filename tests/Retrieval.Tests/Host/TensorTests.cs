using Retrieval.Host;
using Retrieval.Tests.Support;
using Xunit;

namespace Retrieval.Tests.Host;

/// <summary>Shapes, tensors and what operators say of tensors that do not fit.</summary>
public sealed class TensorTests : OperatorTests
{
    [Fact]
    public void ShapesCountTheirElements()
    {
        Assert.Equal((0, 1L, 1, 1L), Facts(new Shape()));
        Assert.Equal((1, 5L, 5, 1L), Facts(new Shape(5)));
        Assert.Equal((2, 6L, 3, 2L), Facts(new Shape(2, 3)));
        Assert.Equal((4, 120L, 5, 24L), Facts(new Shape(2, 3, 4, 5)));
        Assert.Equal((2, 0L, 0, 0L), Facts(new Shape(7, 0)));
        Assert.Equal((3, 0L, 4, 0L), Facts(new Shape(0, 3, 4)));
        Assert.Equal(4_000_000_000_000L, new Shape(2_000_000, 2_000_000).Count);
        static (int, long, int, long) Facts(Shape shape) => (shape.Rank, shape.Count, shape.Last, shape.Rows);
    }

    [Fact]
    public void ShapesCompareByRankAndExtents()
    {
        Assert.Equal(new Shape(2, 3), new Shape(2, 3));
        Assert.True(new Shape(6) != new Shape(6, 1));
        Assert.Equal(new Shape(2, 3).GetHashCode(), new Shape(2, 3).GetHashCode());
        Assert.Equal(new Shape(9, 3), new Shape(2, 3).WithFirst(9));
        Assert.Equal("[2, 3, 4]", new Shape(2, 3, 4).ToString());
        Assert.Equal("[]", new Shape().ToString());
    }

    [Fact]
    public void ShapesRefuseWhatIsNot()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new Shape(2, -1));
        Assert.Contains("axis 2 of shape [2, 3]", Assert.Throws<ArgumentOutOfRangeException>(() => new Shape(2, 3)[2]).Message);
    }

    [DeviceTheory]
    public void SlicesAndViewsSeeTheSameMemory(DeviceName on)
    {
        Open(on);
        var x = Upload(new Shape(4, 3), [.. Enumerable.Range(0, 12).Select(i => (float)i)]);
        Assert.Equal([3, 4, 5, 6, 7, 8], x.Slice(1, 2).ToArray<float>());
        x.Slice(3, 1).Upload<float>([-1, -2, -3]);
        Assert.Equal([8, -1, -2, -3], x.Reshape(new Shape(3, 4)).Slice(2, 1).ToArray<float>());
        Assert.Empty(x.Slice(4, 0).ToArray<float>());
        Assert.Contains("slice [3, 3 + 2) of [4, 3]", Assert.Throws<ArgumentOutOfRangeException>(() => x.Slice(3, 2)).Message);
        Assert.Contains("cannot see [4, 3] as [5]", Assert.Throws<ArgumentException>(() => x.Reshape(new Shape(5))).Message);
    }

    [DeviceTheory]
    public void TransfersNeedTheirTypeAndLength(DeviceName on)
    {
        Open(on);
        var x = Device.Rent(new Shape(2), ElementType.Int32);
        Assert.Equal($"Upload: expected 2 values of Single, got Int32 [2] on {on}", Assert.Throws<OperatorException>(() => x.Upload<float>([1, 2])).Message);
        Assert.Equal($"Upload: expected 3 values of Int32, got Int32 [2] on {on}", Assert.Throws<OperatorException>(() => x.Upload<int>([1, 2, 3])).Message);
        Assert.Throws<OperatorException>(() => x.ToArray<byte>());
        Assert.True(Tensor.None.IsNone);
        Assert.Equal("none", Tensor.None.ToString());
        Device.Return(Tensor.None);
    }

    [DeviceTheory]
    public void OperatorsNameWhatDoesNotFit(DeviceName on)
    {
        Open(on);
        Tensor x = Zeros(new Shape(2, 3)), y = Zeros(new Shape(3, 2)), ints = Device.Rent(new Shape(2, 3), ElementType.Int32);
        using var another = Retrieval.Host.Device.OpenCpu(1);
        Refused("Relu: x is missing", () => Operators.Relu(Tensor.None, y));
        Refused("Relu: y has shape [3, 2], expected [2, 3]", () => Operators.Relu(x, y));
        Refused("Relu: x holds Int32, expected Float32", () => Operators.Relu(ints, x));
        Refused($"Relu: x is on {on}, expected cpu: copy it there first", () => another.Operators.Relu(x, x));
        Refused("AddScaled: y has shape [5], expected 6 values", () => Operators.AddScaled(1, x, 1, Zeros(new Shape(5))));
        Refused("MaxPool: x has shape [2, 3], expected rank 4", () => Operators.MaxPool(x, ConvolutionGeometry.Square(2), y, Tensor.None));
        Refused("MaxPool: impossible window ConvolutionGeometry { KernelHeight = 2, KernelWidth = 2, Stride = 0, Padding = 0, Dilation = 1 }",
            () => Operators.MaxPool(Zeros(new Shape(1, 2, 2, 1)), ConvolutionGeometry.Square(2, 0), Zeros(new Shape(1, 1, 1, 1)), Tensor.None));
        Refused("ScaleShift: residual has shape [3, 2], expected [2, 3]", () => Operators.ScaleShift(x, Zeros(new Shape(3)), Zeros(new Shape(3)), y, false, x));
        Refused("GemPool: p has shape [2], expected [1] or [3]", () => Operators.GemPool(Zeros(new Shape(1, 1, 1, 3)), Zeros(new Shape(2)), 1e-6f, Zeros(new Shape(1, 3))));
        Refused("GemPool: epsilon 0 must be above 0", () => Operators.GemPool(Zeros(new Shape(1, 1, 1, 3)), Zeros(new Shape(1)), 0, Zeros(new Shape(1, 3))));
        Refused("SpocPool: x has shape [1, 0, 2, 3], expected at least one position", () => Operators.SpocPool(Zeros(new Shape(1, 0, 2, 3)), Zeros(new Shape(1, 3))));
        Refused("BatchNormTrainingBackward: dx and dResidual are the same memory", () => Operators.BatchNormTrainingBackward(x, Tensor.None, x,
            Zeros(new Shape(3)), Zeros(new Shape(3)), Zeros(new Shape(3)), y.Reshape(x.Shape), y.Reshape(x.Shape), Zeros(new Shape(3)), Zeros(new Shape(3))));

        static void Refused(string message, Action call) => Assert.Equal(message, Assert.Throws<OperatorException>(call).Message);
    }
}
