using Retrieval.Host;
using Retrieval.Host.Diagnostics;
using Xunit;

namespace Retrieval.Tests.Host.Diagnostics;

/// <summary>Bytes and FLOP of operators as a profile counts them, against numbers worked out by hand.</summary>
public sealed class OperatorWorkTests : OperatorTests
{
    [Fact]
    public void Convolution()
    {
        Tensor x = Zeros(new Shape(2, 5, 7, 3)), w = Zeros(new Shape(4, 3, 3, 3)), y = Zeros(new Shape(2, 5, 7, 4)), shift = Zeros(new Shape(4));
        var window = ConvolutionGeometry.Square(3, padding: 1);
        // 210 of x, 108 of w, 280 of y; each of y is a sum of 27 products.
        Expect(new Work(4 * (210 + 108 + 280), 2 * 280 * 27), () => Operators.Convolution(x, w, window, y));
        Expect(new Work(4 * (210 + 108 + 280 + 4 + 280), 2 * 280 * 27), () => Operators.Convolution(x, w, window, y, new ConvolutionEpilogue(Tensor.None, shift, y, true)));
        Expect(new Work(4 * (210 + 108 + 280), 2 * 280 * 27), () => Operators.ConvolutionInputGradient(y, w, Tensor.None, window, x));
        Expect(new Work(4 * (210 + (2 * 108) + 280), 2 * 280 * 27), () => Operators.ConvolutionWeightGradient(x, y, window, w, accumulate: true));
    }

    [Fact]
    public void AWindowThatSkipsReadsLess()
    {
        Tensor x = Zeros(new Shape(1, 8, 8, 4)), w = Zeros(new Shape(2, 1, 1, 4)), y = Zeros(new Shape(1, 4, 4, 2));
        // A quarter of the 256 values of x.
        Expect(new Work(4 * (64 + 8 + 32), 2 * 32 * 4), () => Operators.Convolution(x, w, ConvolutionGeometry.Square(1, stride: 2), y));
    }

    [Fact]
    public void Products()
    {
        Tensor a = Zeros(new Shape(5, 3)), b = Zeros(new Shape(3, 4)), c = Zeros(new Shape(5, 4)), turned = Zeros(new Shape(3, 5));
        Expect(new Work(4 * (15 + 12 + 20), 2 * 5 * 3 * 4), () => Operators.MatrixProduct(a, b, c));
        Expect(new Work(4 * (15 + 12 + 40), 2 * 5 * 3 * 4), () => Operators.MatrixProduct(turned, b, c, transposeA: true, accumulate: true));
        var w = Zeros(new Shape(4, 3));
        Expect(new Work(4 * (15 + 12 + 20), 2 * 5 * 3 * 4), () => Operators.Linear(a, w, Tensor.None, c));
    }

    [Fact]
    public void Search()
    {
        Tensor queries = Zeros(new Shape(2, 8)), database = Zeros(new Shape(10, 8)), scores = Zeros(new Shape(2, 3));
        var rows = Device.Rent(new Shape(2, 3), ElementType.Int64);
        Expect(new Work((4 * (16 + 80 + 6)) + (8 * 6), 2 * 2 * 10 * 8), () => Operators.TopK(queries, database, Tensor.None, SearchMetric.InnerProduct, scores, rows));
    }

    [Fact]
    public void NetVlad()
    {
        // Two clusters and a ghost, six locations of five channels.
        var run = new NetVladRun(Device, Upload(new Shape(1, 2, 3, 5), Reference.Random(30, 1)), new NetVladWeights(Zeros(new Shape(3, 5)), Zeros(new Shape(3)), Zeros(new Shape(2, 5))), true);
        Expect(new Work(4 * (30 + 15 + 3 + 10 + 6 + 18 + 2 + 2 + 10), 2 * 30 * (3 + 2)), run.Forward);
        Expect(new Work(4 * (30 + 15 + 10 + 6 + 18 + 2 + 2 + 10 + 10 + 30 + (2 * (15 + 3 + 10))), 2 * 30 * (2 + 2 + 3 + 3)), () => run.Backward(run.Y));
    }

    [Fact]
    public void Elements()
    {
        Tensor x = Zeros(new Shape(6, 5)), y = Zeros(new Shape(6, 5)), sums = Zeros(new Shape(5));
        Expect(new Work(4 * 30), () => Operators.Fill(x, 1));
        Expect(new Work(4 * 60, 30), () => Operators.Relu(x, y));
        Expect(new Work(4 * 60, 30), () => Operators.AddScaled(2, x, 0, y));
        Expect(new Work(4 * 90, 90), () => Operators.AddScaled(2, x, 1, y));
        Expect(new Work(4 * (30 + 10), 30), () => Operators.ColumnSum(x, sums, accumulate: true));
    }

    [Fact]
    public void BatchNorm()
    {
        Tensor x = Zeros(new Shape(10, 3)), y = Zeros(x.Shape), c = Zeros(new Shape(3)), d = Zeros(new Shape(3)), e = Zeros(new Shape(3)), f = Zeros(new Shape(3));
        // x, y and the residual; gamma, beta, mean and deviation; the running statistics twice.
        Expect(new Work(4 * ((3 * 30) + (4 * 3) + (4 * 3)), 30 * 7),
            () => Operators.BatchNormTraining(x, c, d, e, f, 0.1f, 1e-5f, residual: y, relu: true, y, Zeros(new Shape(3)), Zeros(new Shape(3))));
    }

    [Fact]
    public void InstanceNorm()
    {
        Tensor x = Zeros(new Shape(2, 5, 1, 3)), y = Zeros(x.Shape), two = Zeros(new Shape(2)), table = Zeros(new Shape(2, 3)), tables = Zeros(table.Shape);
        Tensor Channel() => Zeros(new Shape(1));
        // x and y; scale and shift of two channels and of the tail's one; the tables; the tail's statistics, read or moved.
        foreach (var stored in new[] { true, false })
            Expect(new Work(4 * ((2 * 30) + (2 * 3) + (2 * 6) + (stored ? 2 : 4)), 30 * 6), () => Operators.InstanceNorm(x, two, Zeros(two.Shape),
                new BatchNormTail(Channel(), Channel(), Channel(), Channel(), stored), 1e-5f, relu: true, y, table, tables));
    }

    [Fact]
    public void Optimisers()
    {
        Tensor w = Zeros(new Shape(7)), g = Zeros(w.Shape), m = Zeros(w.Shape), v = Zeros(w.Shape);
        OptimizerSlot[] slots = [new(w, g, m, v, 1, 0)];
        Expect(new Work(7 * 7 * 4, 7 * 14), () => Operators.Adam(slots, new AdamStep(1)));
        Expect(new Work(5 * 7 * 4, 7 * 6), () => Operators.Sgd(slots, new SgdStep(true, 0.9f)));
    }

    [Fact]
    public void Images()
    {
        var pixels = Device.Rent(new Shape(8 * 4 * 3), ElementType.UInt8);
        Operators.Copy(pixels, pixels);
        var y = Zeros(new Shape(1, 4, 4, 3));
        // 8 x 4 to 4 x 4: rows keep their 4 values of 2 taps, columns are halved with 4 taps; 2 for each tap, 2 to normalise.
        Expect(new Work((8 * 4 * 3) + (48 * 4), (8 * 4 * 3 * 2 * 2) + (4 * 4 * 3 * 2 * 4) + (2 * 48)),
            () => Operators.PrepareImages(pixels, [new ImageSource(0, 8, 4)], [0, 0, 0], [1, 1, 1], y));
    }

    private void Expect(Work work, Action call)
    {
        using var profile = Device.StartProfile();
        call();
        Assert.Equal(work, profile.Finish().Calls.Last(seen => seen.Operator.Kind == CallKind.Operator).Operator.Work);
    }
}
