using BenchmarkDotNet.Attributes;
using Retrieval.Host;

namespace Retrieval.Benchmarks;

/// <summary>
/// The convolutions of a ResNet-50 and both their gradients, batch 8 at 224 x 224, on two threads. The gradients are held against the forward pass
/// before anything is timed: the inner products of dy with y, of dx with x and of dw with w are the same number.
/// </summary>
[Config(typeof(GflopsConfig))]
public class ConvolutionBenchmarks
{
    private Device _device = null!;
    private Operators _operators = null!;
    private PreparedWeights _prepared = null!;
    private Tensor _x, _w, _y, _dy, _dx, _dw;

    public static ConvolutionLayer[] Layers { get; } = ConvolutionLayer.ResNet50;

    [ParamsSource(nameof(Layers))]
    public ConvolutionLayer Layer { get; set; } = null!;

    [GlobalSetup]
    public void Prepare()
    {
        _device = Device.OpenCpu(2);
        _operators = _device.Operators;
        var random = new Random(1);
        Tensor Values(Shape shape) => _device.Rent<float>(shape, [.. Enumerable.Range(0, checked((int)shape.Count)).Select(_ => random.NextSingle() - 0.4f)]);
        (_x, _w, _dy) = (Values(Layer.Input), Values(Layer.Weights), Values(Layer.Output));
        (_y, _dx, _dw) = (_device.Rent(Layer.Output), _device.Rent(Layer.Input), _device.Rent(Layer.Weights));
        _prepared = _operators.PrepareConvolution(_w, Layer.Geometry);
        ForwardPrepared();
        InputGradient();
        WeightGradient();
        Verify();
    }

    [GlobalCleanup]
    public void Clean()
    {
        _prepared.Dispose();
        _device.Dispose();
    }

    [Benchmark]
    public void Forward() => _operators.Convolution(_x, _w, Layer.Geometry, _y);

    [Benchmark]
    public void ForwardPrepared() => _operators.Convolution(_x, _prepared, _y);

    [Benchmark]
    public void InputGradient() => _operators.ConvolutionInputGradient(_dy, _w, Tensor.None, Layer.Geometry, _dx);

    [Benchmark]
    public void WeightGradient() => _operators.ConvolutionWeightGradient(_x, _dy, Layer.Geometry, _dw);

    private void Verify()
    {
        double forward = Inner(_dy, _y), input = Inner(_dx, _x), weights = Inner(_dw, _w);
        if (Math.Abs(forward - input) > 1e-4 * Math.Abs(forward) || Math.Abs(forward - weights) > 1e-4 * Math.Abs(forward))
            throw new InvalidOperationException($"{Layer}: <dy, y> = {forward}, <dx, x> = {input}, <dw, w> = {weights}");
    }

    private static double Inner(Tensor left, Tensor right) => left.ToArray<float>().Zip(right.ToArray<float>(), (a, b) => (double)a * b).Sum();
}
