using BenchmarkDotNet.Attributes;
using Retrieval.Host;

namespace Retrieval.Benchmarks;

/// <summary>Square matrix products on one and two threads. Some elements are held against double precision before anything is timed.</summary>
[Config(typeof(GflopsConfig))]
public class GemmBenchmarks
{
    private Device _device = null!;
    private Tensor _a, _b, _c;

    public static Square[] Sizes { get; } = [new(256), new(1024), new(2048)];

    [ParamsSource(nameof(Sizes))]
    public Square Size { get; set; } = null!;

    [Params(1, 2)]
    public int Threads { get; set; }

    [GlobalSetup]
    public void Prepare()
    {
        _device = Device.OpenCpu(Threads);
        var shape = new Shape(Size.Extent, Size.Extent);
        var random = new Random(1);
        Tensor Values() => _device.Rent<float>(shape, [.. Enumerable.Range(0, checked((int)shape.Count)).Select(_ => random.NextSingle() - 0.5f)]);
        (_a, _b, _c) = (Values(), Values(), _device.Rent(shape));
        Multiply();
        Verify();
    }

    [GlobalCleanup]
    public void Clean() => _device.Dispose();

    [Benchmark]
    public void Multiply() => _device.Operators.MatrixProduct(_a, _b, _c);

    [Benchmark]
    public void MultiplyByTransposed() => _device.Operators.MatrixProduct(_a, _b, _c, transposeB: true);

    private void Verify()
    {
        float[] a = _a.ToArray<float>(), b = _b.ToArray<float>(), c = _c.ToArray<float>();
        var n = Size.Extent;
        for (var i = 0; i < n; i += 37)
        {
            var j = (i * 31) % n;
            var expected = 0.0;
            for (var k = 0; k < n; k++)
                expected += (double)a[(i * n) + k] * b[(k * n) + j];
            if (Math.Abs(expected - c[(i * n) + j]) > 1e-6 * n)
                throw new InvalidOperationException($"element [{i}, {j}]: expected {expected}, got {c[(i * n) + j]}");
        }
    }

    /// <summary>A product of two square matrices.</summary>
    public sealed record Square(int Extent) : IWork
    {
        public double FlopCount => 2.0 * Extent * Extent * Extent;

        public override string ToString() => $"{Extent}";
    }
}
