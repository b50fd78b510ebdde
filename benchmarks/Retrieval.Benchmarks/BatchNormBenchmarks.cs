using BenchmarkDotNet.Attributes;
using Retrieval.Host;

namespace Retrieval.Benchmarks;

/// <summary>
/// Batch normalisation in training over the maps of a ResNet-50, batch 8 at 224 x 224, on two threads: with ReLU, and at a block's end with ReLU and
/// residual. The result is held against double precision before anything is timed.
/// </summary>
[Config(typeof(BandwidthConfig))]
public class BatchNormBenchmarks
{
    private const float Epsilon = 1e-5f;

    private Device _device = null!;
    private Operators _operators = null!;
    private Tensor _x, _residual, _y, _dy, _dx, _gamma, _beta, _mean, _invStd, _runningMean, _runningVariance, _dGamma, _dBeta;

    public static Shape[] Maps { get; } = [new(8, 112, 112, 64), new(8, 56, 56, 64), new(8, 56, 56, 256), new(8, 28, 28, 512), new(8, 14, 14, 1024), new(8, 7, 7, 2048)];

    [ParamsSource(nameof(Maps))]
    public Shape Map { get; set; }

    [GlobalSetup]
    public void Prepare()
    {
        _device = Device.OpenCpu(2);
        _operators = _device.Operators;
        var channels = new Shape(Map.Last);
        var random = new Random(1);
        Tensor Values(Shape shape) => _device.Rent<float>(shape, [.. Enumerable.Range(0, checked((int)shape.Count)).Select(_ => random.NextSingle())]);
        (_x, _residual, _dy, _y, _dx) = (Values(Map), Values(Map), Values(Map), _device.Rent(Map), _device.Rent(Map));
        (_gamma, _beta, _runningMean, _runningVariance) = (Values(channels), Values(channels), Values(channels), Values(channels));
        (_mean, _invStd, _dGamma, _dBeta) = (_device.Rent(channels), _device.Rent(channels), Values(channels), Values(channels));
        Forward();
        Verify();
    }

    [GlobalCleanup]
    public void Clean() => _device.Dispose();

    [Benchmark]
    [Streams(3)]
    public void Forward() =>
        _operators.BatchNormTraining(_x, _gamma, _beta, _runningMean, _runningVariance, 0.1f, Epsilon, Tensor.None, relu: true, _y, _mean, _invStd);

    [Benchmark]
    [Streams(4)]
    public void ForwardWithResidual() =>
        _operators.BatchNormTraining(_x, _gamma, _beta, _runningMean, _runningVariance, 0.1f, Epsilon, _residual, relu: true, _y, _mean, _invStd);

    [Benchmark]
    [Streams(7)]
    public void Backward() =>
        _operators.BatchNormTrainingBackward(_x, _y, _dy, _gamma, _mean, _invStd, _dx, Tensor.None, _dGamma, _dBeta);

    [Benchmark]
    [Streams(7)]
    public void BackwardWithResidual() =>
        _operators.BatchNormTrainingBackward(_x, _y, _dy, _gamma, _mean, _invStd, _dx, _dy, _dGamma, _dBeta);

    private void Verify()
    {
        float[] x = _x.ToArray<float>(), y = _y.ToArray<float>(), gamma = _gamma.ToArray<float>(), beta = _beta.ToArray<float>();
        var channels = Map.Last;
        for (var c = 0; c < channels; c += 7)
        {
            var column = Enumerable.Range(0, x.Length / channels).Select(row => (double)x[(row * channels) + c]).ToArray();
            var mean = column.Average();
            var deviation = Math.Sqrt(column.Average(value => (value - mean) * (value - mean)) + Epsilon);
            var expected = Math.Max(0, ((x[c] - mean) / deviation * gamma[c]) + beta[c]);
            if (Math.Abs(y[c] - expected) > 1e-5)
                throw new InvalidOperationException($"channel {c} of {Map}: expected {expected}, got {y[c]}");
        }
    }
}
