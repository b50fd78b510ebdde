using Retrieval.Host;
using Retrieval.Models.Heads;

namespace Retrieval.Cli.Bench;

/// <summary>Weighted GeM with one exponent: mask and means forward; forward and backward with the gradients of map, mask and exponent.</summary>
internal sealed class WgemCase : IDisposable
{
    private const float Exponent = 3;
    private const double Tolerance = 1e-4;

    private readonly BenchRun _run;
    private readonly Shape _shape;
    private readonly float[] _values, _weights;
    private readonly Tensor _x, _w, _p, _taps, _mask, _y, _dy, _dx, _shares, _dw, _dp;

    public WgemCase(BenchRun run, Shape shape)
    {
        (_run, _shape) = (run, shape);
        var device = run.Device;
        _values = run.Uniform(checked((int)shape.Count), stream: 1);
        _weights = Array.ConvertAll(run.Uniform(Operators.MaskTapCount * shape[3], stream: 2), value => value / shape[3]);
        Shape pooled = new(shape[0], shape[3]), mask = new(1, shape[0], shape[1], shape[2]);
        _x = device.Rent<float>(shape, _values);
        _w = device.Rent<float>(new Shape(1, 3, 3, shape[3]), _weights);
        _p = device.Rent<float>(new Shape(1), [Exponent]);
        _taps = device.Rent(new Shape(shape[0], shape[1], shape[2], Operators.MaskTapCount));
        (_mask, _shares) = (device.Rent(mask), device.Rent(mask));
        (_y, _dy, _dx, _dw, _dp) = (device.Rent(pooled), device.Rent(pooled), device.Rent(shape), device.Rent(_w.Shape), device.Rent(_p.Shape));
        device.Operators.Fill(_dy, 1);
    }

    public void Run(Action<string, Timing> print)
    {
        Forward();
        Backward();
        Verify();
        print("forward", _run.Time(() =>
        {
            Forward();
            _run.Device.Synchronize();
        }));
        print("forward+backward", _run.Time(() =>
        {
            Forward();
            Backward();
            _run.Device.Synchronize();
        }));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var tensor in (ReadOnlySpan<Tensor>)[_dp, _dw, _shares, _dx, _dy, _y, _mask, _taps, _p, _w, _x])
            _run.Device.Return(tensor);
    }

    private void Forward()
    {
        var operators = _run.Device.Operators;
        operators.MaskTaps(_x, _w, _taps);
        operators.MaskSoftmax(_taps, null, own: false, _mask);
        operators.WeightedPool(_x, null, _mask, _p, PoolingHead.GemEpsilon, _y);
    }

    private void Backward()
    {
        var operators = _run.Device.Operators;
        operators.Fill(_dp, 0);
        operators.Fill(_dw, 0);
        operators.WeightedPoolBackward(_x, null, _mask, _y, _dy, _p, PoolingHead.GemEpsilon, _dx, _shares, _dp);
        operators.MaskSoftmaxBackward(_mask, _shares, null, own: false, _taps);
        operators.MaskTapsBackward(_x, _w, _taps, _dx, _dw);
    }

    /// <summary>Against the formulas in double: the first image's mask and pooled values; the exponent's gradient from all masks.</summary>
    private void Verify()
    {
        int positions = _shape[1] * _shape[2], channels = _shape[3];
        float[] mask = _mask.ToArray<float>(), y = _y.ToArray<float>();
        var outputs = Enumerable.Range(0, positions).Select(Output).ToArray();
        var sum = outputs.Sum(Math.Exp);
        for (var i = 0; i < positions; i++)
            BenchRun.Verify($"mask {i}", Math.Exp(outputs[i]) / sum, mask[i], Tolerance);
        var exponentGradient = 0.0;
        for (var row = 0; row < y.Length; row++)
        {
            var image = row / channels * positions;
            double power = 0, logs = 0;
            for (var i = 0; i < positions; i++)
            {
                double value = Math.Max(_values[((image + i) * channels) + (row % channels)], PoolingHead.GemEpsilon), part = mask[image + i] * value * value * value;
                power += part;
                logs += part * Math.Log(value);
            }
            var mean = Math.Cbrt(power);
            BenchRun.Verify($"pooled value {row}", mean, y[row], Tolerance);
            exponentGradient += mean / Exponent * ((logs / power) - Math.Log(mean));
        }
        BenchRun.Verify("gradient of the exponent", exponentGradient, _dp.ToArray<float>()[0], 10 * Tolerance * Math.Abs(exponentGradient));
    }

    /// <summary>The convolution around a position of the first image.</summary>
    private double Output(int position)
    {
        int row = position / _shape[2], column = position % _shape[2], channels = _shape[3];
        var sum = 0.0;
        for (var tap = 0; tap < Operators.MaskTapCount; tap++)
        {
            int y = row + (tap / 3) - 1, x = column + (tap % 3) - 1;
            if (y < 0 || y >= _shape[1] || x < 0 || x >= _shape[2])
                continue;
            for (var c = 0; c < channels; c++)
                sum += (double)_values[(((y * _shape[2]) + x) * channels) + c] * _weights[(tap * channels) + c];
        }
        return sum;
    }
}
