using Retrieval.Host;
using Retrieval.Tests.Support;
using Xunit;

namespace Retrieval.Tests.Host;

/// <summary>Matrix products and the linear layer against plain loops in double precision.</summary>
public sealed class MatrixProductTests : OperatorTests
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

    [DeviceTheory]
    [MemberData(nameof(Sizes))]
    public void Multiplies(DeviceName on, int rows, int columns, int inner)
    {
        Open(on);
        float[] a = Reference.Random((long)rows * inner, 1), b = Reference.Random((long)inner * columns, 2), before = Reference.Random((long)rows * columns, 3);
        for (var mode = 0; mode < 8; mode++)
        {
            bool transposeA = (mode & 1) != 0, transposeB = (mode & 2) != 0, accumulate = (mode & 4) != 0;
            var expected = Reference.Product(a, b, rows, columns, inner, transposeA, transposeB).Select((value, i) => value + (accumulate ? before[i] : 0)).ToArray();
            using var left = new GuardedTensor(Device, transposeA ? new Shape(inner, rows) : new Shape(rows, inner), a);
            using var right = new GuardedTensor(Device, transposeB ? new Shape(columns, inner) : new Shape(inner, columns), b);
            using var c = new GuardedTensor(Device, new Shape(rows, columns), before);
            Operators.MatrixProduct(left.Tensor, right.Tensor, c.Tensor, transposeA, transposeB, accumulate);
            Reference.Close(expected, c.Values());
        }
    }

    [Unwatched]
    [DeviceTheory]
    [MemberData(nameof(Sizes))]
    public void MultipliesDoubles(DeviceName on, int rows, int columns, int inner)
    {
        Open(on);
        Assert.SkipUnless(on == DeviceName.Cpu || Device.MultipliesFloat64, "cuBLASLt is not there");
        float[] a = Reference.Random((long)rows * inner, 1), b = Reference.Random((long)inner * columns, 2), before = Reference.Random((long)rows * columns, 3);
        for (var mode = 0; mode < 8; mode++)
        {
            bool transposeA = (mode & 1) != 0, transposeB = (mode & 2) != 0, accumulate = (mode & 4) != 0;
            var left = UploadDoubles(transposeA ? new Shape(inner, rows) : new Shape(rows, inner), a);
            var right = UploadDoubles(transposeB ? new Shape(columns, inner) : new Shape(inner, columns), b);
            var c = UploadDoubles(new Shape(rows, columns), before);
            Operators.MatrixProduct(left, right, c, transposeA, transposeB, accumulate);
            var expected = Reference.Product(a, b, rows, columns, inner, transposeA, transposeB);
            var values = c.ToArray<double>();
            for (var i = 0; i < values.Length; i++)
                Assert.Equal(expected[i] + (accumulate ? before[i] : 0), values[i], 1e-12 * Math.Max(1, inner));
        }
    }

    private Tensor UploadDoubles(Shape shape, float[] values) => Device.Rent<double>(shape, [.. values.Select(value => (double)value)]);

    [DeviceTheory]
    [MemberData(nameof(Sizes))]
    public void Linear(DeviceName on, int rows, int outputs, int inputs)
    {
        Open(on);
        float[] x = Reference.Random((long)rows * inputs, 1), w = Reference.Random((long)outputs * inputs, 2), bias = Reference.Random(outputs, 3);
        using var input = new GuardedTensor(Device, new Shape(rows, inputs), x);
        using var weights = new GuardedTensor(Device, new Shape(outputs, inputs), w);
        using var shift = new GuardedTensor(Device, new Shape(outputs), bias);
        using var y = new GuardedTensor(Device, new Shape(rows, outputs));
        var product = Reference.Product(x, w, rows, outputs, inputs, false, true);
        Operators.Linear(input.Tensor, weights.Tensor, Tensor.None, y.Tensor);
        Reference.Close(product, y.Values());
        Operators.Linear(input.Tensor, weights.Tensor, shift.Tensor, y.Tensor);
        Reference.Close([.. product.Select((value, i) => value + bias[i % outputs])], y.Values());
    }

    /// <summary>Operands that begin between two multiples of 16 bytes.</summary>
    [DeviceTheory]
    [InlineData(33, 64, 40)]
    [InlineData(130, 132, 16)]
    public void Operands_may_begin_anywhere(DeviceName on, int rows, int columns, int inner)
    {
        Open(on);
        float[] a = Reference.Random((long)rows * inner, 1), b = Reference.Random((long)inner * columns, 2);
        var expected = Reference.Product(a, b, rows, columns, inner, false, false);
        for (var misplaced = 0; misplaced < 3; misplaced++)
        {
            Tensor left = Slice(a, misplaced == 0), right = Slice(b, misplaced == 1), c = Slice(new float[rows * columns], misplaced == 2);
            Operators.MatrixProduct(left.Reshape(new Shape(rows, inner)), right.Reshape(new Shape(inner, columns)), c.Reshape(new Shape(rows, columns)));
            Reference.Close(expected, c.ToArray<float>());
        }

        Tensor Slice(float[] values, bool misplaced) => misplaced
            ? Upload(new Shape(values.Length + 1), [0, .. values]).Slice(1, values.Length)
            : Upload(new Shape(values.Length), values);
    }

    [DeviceTheory]
    public void A_row_gives_the_same_bits_wherever_it_stands(DeviceName on)
    {
        Open(on);
        const int rows = 131, columns = 129, inner = 75;
        float[] row = Reference.Random(inner, 1), b = Reference.Random(inner * columns, 2);
        var c = Device.Rent(new Shape(rows, columns));
        Operators.MatrixProduct(Upload(new Shape(rows, inner), [.. Enumerable.Repeat(row, rows).SelectMany(values => values)]), Upload(new Shape(inner, columns), b), c);
        var products = c.ToArray<float>();
        for (var i = 1; i < rows; i++)
            Assert.Equal(products[..columns], products[(i * columns)..((i + 1) * columns)]);
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
