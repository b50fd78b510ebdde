using Retrieval.Host;
using Retrieval.Tests.Support;
using Xunit;

namespace Retrieval.Tests.Host;

/// <summary>Generalised-mean pooling against the formulas in double precision.</summary>
public sealed class GemTests : OperatorTests
{
    private const float Epsilon = 1e-6f;

    /// <summary>Images, height, width, channels: one position, none too many for one sweep and more, whole packs and beside them, no image.</summary>
    public static TheoryData<int, int, int, int> Sizes { get; } = new()
    {
        { 1, 1, 1, 1 },
        { 2, 7, 5, 3 },
        { 1, 31, 2, 33 },
        { 3, 3, 3, 32 },
        { 2, 6, 7, 300 },
        { 2, 1, 1, 264 },
        { 1, 65, 67, 1 },
        { 1, 37, 31, 8 },
        { 0, 2, 2, 4 },
    };

    public static TheoryData<float> Exponents { get; } = [0.5f, 1, 2, 2.7f, 3, 4, 5.5f, 8, 9, 30, 100, 1000];

    [DeviceTheory]
    [MemberData(nameof(Sizes))]
    public void PoolsMapsOfAnySize(DeviceName on, int images, int height, int width, int channels)
    {
        Open(on);
        var shape = new Shape(images, height, width, channels);
        foreach (var p in new[] { 1, 2.7f, 3 })
            Check(shape, [p]);
        var each = Reference.Random(channels, 9).Select(value => 3 + (2 * value)).ToArray();
        Check(shape, each);
        Check(shape, [.. each.Select(_ => 3f)]);
    }

    [DeviceTheory]
    [MemberData(nameof(Exponents))]
    public void PoolsWithAnyExponent(DeviceName on, float p)
    {
        Open(on);
        foreach (var magnitude in new[] { 1f, 1e-5f, 1e15f, 1e30f })
            Check(new Shape(2, 5, 6, 40), [p], magnitude);
    }

    [DeviceTheory]
    [InlineData(1)]
    [InlineData(2.3f)]
    [InlineData(3)]
    [InlineData(6.5f)]
    public void BackwardByDifferences(DeviceName on, float exponent)
    {
        Open(on);
        var shape = new Shape(2, 3, 4, 5);
        var pooled = new Shape(2, 5);
        // Well above epsilon: its kink is out of the steps' reach.
        Tensor x = Upload(shape, [.. Reference.Random(shape.Count, 1).Select(value => value + 1.5f)]), p = Upload(new Shape(1), [exponent]);
        Tensor y = Device.Rent(pooled), dx = Device.Rent(shape), dp = Zeros(p.Shape);
        var weights = Reference.Random(pooled.Count, 2);
        double Loss()
        {
            Operators.GemPool(x, p, Epsilon, y);
            return FiniteDifferences.Inner(y, weights);
        }
        Loss();
        Operators.GemPoolBackward(x, y, Upload(pooled, weights), p, Epsilon, dx, dp);
        FiniteDifferences.Check(x, dx, Loss, step: 1e-2, tolerance: 3e-3);
        FiniteDifferences.Check(p, dp, Loss, step: 5e-2, tolerance: 3e-3);
    }

    [DeviceTheory]
    [InlineData(1)]
    [InlineData(2.5f)]
    [InlineData(3)]
    public void NaNIsNotHidden(DeviceName on, float exponent)
    {
        Open(on);
        var x = Enumerable.Repeat(0.5f, 6 * 37).ToArray();
        for (var c = 0; c < 37; c += 2)
            x[(c % 6 * 37) + c] = float.NaN;
        var y = Device.Rent(new Shape(1, 37));
        Operators.GemPool(Upload(new Shape(1, 2, 3, 37), x), Upload(new Shape(1), [exponent]), Epsilon, y);
        var values = y.ToArray<float>();
        for (var c = 0; c < 37; c++)
            Assert.Equal(c % 2 == 0, float.IsNaN(values[c]));
    }

    [Fact]
    public void ThreadsDoNotChangeABit() => ThreadCounts.Agree(device =>
    {
        var shape = new Shape(3, 9, 8, 600);
        var pooled = new Shape(3, 600);
        Tensor x = device.Rent<float>(shape, Reference.Random(shape.Count, 1)), p = device.Rent<float>(new Shape(1), [2.7f]);
        Tensor y = device.Rent(pooled), dx = device.Rent(shape), dp = device.Rent<float>(new Shape(1), [0]);
        device.Operators.GemPool(x, p, Epsilon, y);
        device.Operators.GemPoolBackward(x, y, device.Rent<float>(pooled, Reference.Random(pooled.Count, 2)), p, Epsilon, dx, dp);
        return [y.ToArray<float>(), dx.ToArray<float>(), dp.ToArray<float>()];
    });

    private void Check(Shape shape, float[] p, float magnitude = 1)
    {
        foreach (var kind in MapKinds.GroupBy(kind => kind.Type))
        {
            var expected = new Case(shape, p, kind.Key, magnitude);
            foreach (var (_, shift) in kind)
                Check(expected, kind.Key, shift);
        }
    }

    private void Check(Case expected, ElementType type, int shift)
    {
        var pooled = new Shape(expected.Shape[0], expected.Shape[3]);
        using var x = new GuardedTensor(Device, expected.Shape, expected.X, type, shift);
        Tensor p = Upload(new Shape(expected.P.Length), expected.P), dy = Upload(pooled, expected.Dy);
        using var y = new GuardedTensor(Device, pooled);
        using var dx = new GuardedTensor(Device, expected.Shape, null, type, shift);
        using var dp = new GuardedTensor(Device, p.Shape, new float[expected.P.Length]);
        Operators.GemPool(x.Tensor, p, Epsilon, y.Tensor);
        Relative(expected.Y, y.Values(), 3e-6, "y");
        Operators.GemPoolBackward(x.Tensor, y.Tensor, dy, p, Epsilon, dx.Tensor, dp.Tensor);
        // A power near its largest has its error multiplied by the exponent.
        Relative(expected.Dx, dx.Values(), Activations.Tolerance(type, 2e-6 * (2 + expected.P.DefaultIfEmpty().Max())), "dx");
        Relative(expected.Dp, dp.Values(), 3e-5, "dp", expected.Y.Zip(expected.Dy, (y, dy) => Math.Abs(y * dy)).DefaultIfEmpty().Max() / expected.P.DefaultIfEmpty(1).Max());
        using var again = new GuardedTensor(Device, expected.Shape, null, type, shift);
        Operators.GemPoolBackward(x.Tensor, y.Tensor, dy, p, Epsilon, again.Tensor, Tensor.None);
        Assert.Equal(dx.Values(), again.Values());
    }

    private static void Relative(double[] expected, float[] actual, double tolerance, string what, double floor = 0)
    {
        var scale = expected.Select(Math.Abs).Append(floor).Max();
        for (var i = 0; i < expected.Length; i++)
            Assert.True(Math.Abs(expected[i] - actual[i]) <= tolerance * scale, $"{what}[{i}]: expected {expected[i]:g8}, got {actual[i]:g8} (largest {scale:g3})");
    }

    /// <summary>Inputs, a third of them below epsilon, and what double precision makes of them.</summary>
    private sealed class Case
    {
        public Case(Shape shape, float[] p, ElementType type, float magnitude)
        {
            (Shape, P) = (shape, p);
            X = Activations.Rounded([.. Reference.Random(shape.Count, 1).Select(value => (value + 0.4f) * magnitude)], type);
            var (images, positions, channels) = (shape[0], shape[1] * shape[2], shape[3]);
            Dy = Reference.Random((long)images * channels, 2);
            (Y, Dx, Dp) = (new double[images * channels], new double[X.Length], new double[p.Length]);
            for (var i = 0; i < Y.Length; i++)
                Pool(i, positions, channels, p.Length == 1 ? 0 : i % channels);
        }

        public Shape Shape { get; }

        public float[] P { get; }

        public float[] X { get; }

        public float[] Dy { get; }

        public double[] Y { get; }

        public double[] Dx { get; }

        public double[] Dp { get; }

        private void Pool(int pooled, int positions, int channels, int exponent)
        {
            double p = P[exponent];
            var at = Enumerable.Range(0, positions).Select(i => (((pooled / channels * positions) + i) * channels) + (pooled % channels)).ToArray();
            var clamped = at.Select(i => Math.Max((double)X[i], Epsilon)).ToArray();
            var largest = clamped.Max();
            var mean = clamped.Average(value => Math.Pow(value / largest, p));
            var y = largest * Math.Pow(mean, 1 / p);
            Y[pooled] = y;
            for (var i = 0; i < positions; i++)
                Dx[at[i]] = X[at[i]] >= Epsilon ? Dy[pooled] / positions * Math.Pow(clamped[i] / y, p - 1) : 0;
            Dp[exponent] += Dy[pooled] * y / p * clamped.Average(value => Math.Pow(value / y, p) * Math.Log(value / y));
        }
    }
}
