using Retrieval.Host;
using Retrieval.Models.Heads;

namespace Retrieval.Cli.Bench;

/// <summary>GeM pooling with one exponent, forward alone, then forward and backward with the exponent's gradient; and weighted GeM.</summary>
internal sealed class PoolTopic : BenchTopic
{
    private const float Exponent = 3;
    private const double Tolerance = 1e-4;

    public override string Name => "pool";

    public override IReadOnlyList<string> Axes { get; } = ["batch", "height", "width", "channels"];

    public override string Cases => "8x7x7x2048,1x32x24x2048,32x14x14x512";

    public override int Repetitions => 25;

    public override void Run(BenchRun run, IReadOnlyList<int[]> cases)
    {
        foreach (var sizes in cases)
        {
            Run(run, sizes);
            using var weighted = new WgemCase(run, new Shape(sizes[0], sizes[1], sizes[2], sizes[3]));
            weighted.Run((pass, timing) => Print(run, sizes, "wgem", pass, timing));
        }
    }

    private void Run(BenchRun run, int[] sizes)
    {
        var device = run.Device;
        var shape = new Shape(sizes[0], sizes[1], sizes[2], sizes[3]);
        var pooled = new Shape(sizes[0], sizes[3]);
        var values = run.Uniform(checked((int)shape.Count), stream: 1);
        var x = device.Rent<float>(shape, values);
        var p = device.Rent<float>(new Shape(1), [Exponent]);
        Tensor y = device.Rent(pooled), dy = device.Rent(pooled), dx = device.Rent(shape), dp = device.Rent(p.Shape);
        device.Operators.Fill(dy, 1);
        void Forward() => device.Operators.GemPool(x, p, PoolingHead.GemEpsilon, y);
        void Backward()
        {
            device.Operators.Fill(dp, 0);
            device.Operators.GemPoolBackward(x, y, dy, p, PoolingHead.GemEpsilon, dx, dp);
        }

        Forward();
        Backward();
        Verify(values, shape, y.ToArray<float>(), dx.ToArray<float>(), dp.ToArray<float>()[0]);
        Print(run, sizes, "gem", "forward", run.Time(() =>
        {
            Forward();
            device.Synchronize();
        }));
        Print(run, sizes, "gem", "forward+backward", run.Time(() =>
        {
            Forward();
            Backward();
            device.Synchronize();
        }));
        foreach (var tensor in (ReadOnlySpan<Tensor>)[dp, dx, dy, y, p, x])
            device.Return(tensor);
    }

    private void Print(BenchRun run, int[] sizes, string pooling, string pass, Timing timing) =>
        run.Print(Name, [("pooling", pooling), ("pass", pass), .. Named(sizes)], timing, "imagesPerSecond", sizes[0]);

    /// <summary>Against the formulas in double: every pooled value, the map's gradient at one position of each channel, and the exponent's.</summary>
    private static void Verify(float[] x, Shape shape, float[] y, float[] dx, double dp)
    {
        int positions = shape[1] * shape[2], channels = shape[3];
        var exponentGradient = 0.0;
        for (var i = 0; i < y.Length; i++)
        {
            double sum = 0, logSum = 0;
            var start = (i / channels * positions * channels) + (i % channels);
            for (var position = 0; position < positions; position++)
            {
                double value = Math.Max(x[start + (position * channels)], PoolingHead.GemEpsilon), power = Math.Pow(value, Exponent);
                sum += power;
                logSum += power * Math.Log(value);
            }
            var mean = Math.Pow(sum / positions, 1 / Exponent);
            exponentGradient += mean / (Exponent * Exponent) * (Math.Log(positions / sum) + (Exponent * logSum / sum));
            BenchRun.Verify($"pooled value {i}", mean, y[i], Tolerance);
            var slope = Math.Pow(mean, 1 - Exponent) * Math.Pow(x[start], Exponent - 1) / positions;
            BenchRun.Verify($"gradient {start}", slope, dx[start], Tolerance / positions);
        }
        BenchRun.Verify("gradient of the exponent", exponentGradient, dp, Tolerance * Math.Abs(exponentGradient));
    }
}
