using Retrieval.Host;
using Xunit;

namespace Retrieval.Tests.Host;

/// <summary>Matrix products and the linear layer against plain loops in double precision.</summary>
public sealed class MatrixProductTests
{
    /// <summary>M, N, K.</summary>
    public static TheoryData<int, int, int> Sizes { get; } = new()
    {
        { 1, 1, 1 },
        { 1, 37, 65 },
        { 2, 64, 512 },
        { 5, 31, 33 },
        { 7, 130, 17 },
        { 13, 32, 31 },
        { 14, 32, 256 },
        { 15, 33, 257 },
        { 31, 96, 1 },
        { 64, 1, 129 },
        { 97, 101, 103 },
        { 211, 67, 300 },
        { 30, 260, 700 },
        { 401, 300, 41 },
        { 800, 31, 33 },
        { 3, 5, 0 },
        { 0, 5, 4 },
        { 5, 0, 4 },
    };

    [Theory]
    [MemberData(nameof(Sizes))]
    public void Multiplies(int rows, int columns, int inner)
    {
        using var device = Device.OpenCpu(2);
        float[] a = Reference.Random((long)rows * inner, 1), b = Reference.Random((long)inner * columns, 2), before = Reference.Random((long)rows * columns, 3);
        for (var mode = 0; mode < 8; mode++)
        {
            bool transposeA = (mode & 1) != 0, transposeB = (mode & 2) != 0, accumulate = (mode & 4) != 0;
            var expected = Reference.Product(a, b, rows, columns, inner, transposeA, transposeB).Select((value, i) => value + (accumulate ? before[i] : 0)).ToArray();
            using var left = new GuardedTensor(device, transposeA ? new Shape(inner, rows) : new Shape(rows, inner), a);
            using var right = new GuardedTensor(device, transposeB ? new Shape(columns, inner) : new Shape(inner, columns), b);
            using var c = new GuardedTensor(device, new Shape(rows, columns), before);
            device.Operators.MatrixProduct(left.Tensor, right.Tensor, c.Tensor, transposeA, transposeB, accumulate);
            Reference.Close(expected, c.Values());
        }
    }

    [Theory]
    [MemberData(nameof(Sizes))]
    public void Linear(int rows, int outputs, int inputs)
    {
        using var device = Device.OpenCpu(2);
        float[] x = Reference.Random((long)rows * inputs, 1), w = Reference.Random((long)outputs * inputs, 2), bias = Reference.Random(outputs, 3);
        using var input = new GuardedTensor(device, new Shape(rows, inputs), x);
        using var weights = new GuardedTensor(device, new Shape(outputs, inputs), w);
        using var shift = new GuardedTensor(device, new Shape(outputs), bias);
        using var y = new GuardedTensor(device, new Shape(rows, outputs));
        var product = Reference.Product(x, w, rows, outputs, inputs, false, true);
        device.Operators.Linear(input.Tensor, weights.Tensor, Tensor.None, y.Tensor);
        Reference.Close(product, y.Values());
        device.Operators.Linear(input.Tensor, weights.Tensor, shift.Tensor, y.Tensor);
        Reference.Close([.. product.Select((value, i) => value + bias[i % outputs])], y.Values());
    }

    [Theory]
    [MemberData(nameof(Sizes))]
    public void Number_of_threads_changes_nothing(int rows, int columns, int inner)
    {
        float[] a = Reference.Random((long)rows * inner, 1), b = Reference.Random((long)inner * columns, 2);
        var results = new List<float[]>();
        foreach (var threads in new[] { 1, 2, 3 })
        {
            using var device = Device.OpenCpu(threads);
            using var left = new GuardedTensor(device, new Shape(rows, inner), a);
            using var right = new GuardedTensor(device, new Shape(inner, columns), b);
            using var c = new GuardedTensor(device, new Shape(rows, columns));
            device.Operators.MatrixProduct(left.Tensor, right.Tensor, c.Tensor);
            results.Add(c.Values());
        }
        Assert.Equal(results[0], results[1]);
        Assert.Equal(results[0], results[2]);
    }
}
