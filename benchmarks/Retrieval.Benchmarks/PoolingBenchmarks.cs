using BenchmarkDotNet.Attributes;
using Retrieval.Host;

namespace Retrieval.Benchmarks;

/// <summary>
/// GeM with a learnt exponent over the maps of a ResNet-50 at 224 x 224 and at 1024 x 768 and of a smaller network, on two threads. A whole exponent is
/// raised by multiplication, another by logarithm and power. The result is held against double precision before anything is timed.
/// </summary>
[Config(typeof(BandwidthConfig))]
public class PoolingBenchmarks
{
    private const float Epsilon = 1e-6f;

    private Device _device = null!;
    private Tensor _x, _y, _dy, _dx, _p, _dp;

    public static Shape[] Maps { get; } = [new(8, 7, 7, 2048), new(1, 32, 24, 2048), new(32, 14, 14, 512)];

    [ParamsSource(nameof(Maps))]
    public Shape Map { get; set; }

    [Params(3f, 2.7f)]
    public float P { get; set; }

    [GlobalSetup]
    public void Prepare()
    {
        _device = Device.OpenCpu(2);
        var random = new Random(1);
        var pooled = new Shape(Map[0], Map[3]);
        _x = _device.Rent<float>(Map, Values(Map.Count));
        _dy = _device.Rent<float>(pooled, Values(pooled.Count));
        _p = _device.Rent<float>(new Shape(1), [P]);
        (_y, _dx, _dp) = (_device.Rent(pooled), _device.Rent(Map), _device.Rent<float>(new Shape(1), [0]));
        ForwardBackward();
        Verify();

        float[] Values(long count) => [.. Enumerable.Range(0, checked((int)count)).Select(_ => random.NextSingle())];
    }

    [GlobalCleanup]
    public void Clean() => _device.Dispose();

    [Benchmark]
    [Streams(1)]
    public void Forward() => _device.Operators.GemPool(_x, _p, Epsilon, _y);

    [Benchmark]
    [Streams(3)]
    public void ForwardBackward()
    {
        _device.Operators.GemPool(_x, _p, Epsilon, _y);
        _device.Operators.GemPoolBackward(_x, _y, _dy, _p, Epsilon, _dx, _dp);
    }

    private void Verify()
    {
        float[] x = _x.ToArray<float>(), y = _y.ToArray<float>(), dy = _dy.ToArray<float>(), dx = _dx.ToArray<float>();
        int positions = Map[1] * Map[2], channels = Map[3];
        for (var c = 0; c < channels; c++)
        {
            var mean = Enumerable.Range(0, positions).Average(i => Math.Pow(Math.Max(x[(i * channels) + c], Epsilon), P));
            var expected = Math.Pow(mean, 1 / (double)P);
            var slope = dy[c] / positions * Math.Pow(x[c] / expected, P - 1);
            if (Math.Abs(y[c] - expected) > 1e-5 * expected || Math.Abs(dx[c] - slope) > 1e-5 * Math.Abs(slope))
                throw new InvalidOperationException($"channel {c} of {Map}: expected {expected} and {slope}, got {y[c]} and {dx[c]}");
        }
    }
}
