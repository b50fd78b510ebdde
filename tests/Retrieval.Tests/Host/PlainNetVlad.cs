using Retrieval.Host;

namespace Retrieval.Tests.Host;

/// <summary>NetVLAD by its definition, in double precision, residual by residual.</summary>
internal sealed class PlainNetVlad
{
    private const double Epsilon = 1e-12;

    private readonly int _images, _positions, _channels, _clusters, _all;
    private readonly double[] _x, _lengths, _v;
    private readonly float[] _w, _c;
    private readonly bool _normalize;

    public PlainNetVlad(Shape map, float[] x, NetVladWeights weights, bool normalize)
    {
        (_images, _positions, _channels, _normalize) = (map[0], map[1] * map[2], map[3], normalize);
        (_clusters, _all) = (weights.Centroids.Shape[0], weights.Assignment.Shape[0]);
        (_w, _c) = (weights.Assignment.ToArray<float>(), weights.Centroids.ToArray<float>());
        var bias = weights.Bias.IsNone ? new float[_all] : weights.Bias.ToArray<float>();
        _lengths = [.. x.Chunk(_channels).Select(row => normalize ? Math.Max(Math.Sqrt(row.Sum(value => (double)value * value)), Epsilon) : 1)];
        _x = [.. x.Select((value, i) => value / _lengths[i / _channels])];
        Assignment = new double[_images * _positions * _all];
        for (var row = 0; row < _images * _positions; row++)
            Softmax(row, bias);
        _v = new double[_images * _clusters * _channels];
        Each((row, k, c, at) => _v[at] += Assignment[(row * _all) + k] * (_x[(row * _channels) + c] - _c[(k * _channels) + c]));
        Y = Unit(Unit(_v, _channels), _clusters * _channels);
        (Dx, DAssignment, DBias, DCentroids) = (new double[x.Length], new double[_w.Length], new double[_all], new double[_c.Length]);
    }

    public double[] Assignment { get; }

    public double[] Y { get; }

    public double[] Dx { get; }

    public double[] DAssignment { get; }

    public double[] DBias { get; }

    public double[] DCentroids { get; }

    public void Backward(float[] dy)
    {
        var dv = UnitBackward(_v, UnitBackward(Unit(_v, _channels), [.. dy.Select(value => (double)value)], _clusters * _channels), _channels);
        var da = new double[Assignment.Length];
        Each((row, k, c, at) =>
        {
            da[(row * _all) + k] += dv[at] * (_x[(row * _channels) + c] - _c[(k * _channels) + c]);
            Dx[(row * _channels) + c] += Assignment[(row * _all) + k] * dv[at];
            DCentroids[(k * _channels) + c] -= Assignment[(row * _all) + k] * dv[at];
        });
        for (var row = 0; row < _images * _positions; row++)
            LogitsBackward(row, da);
        for (var row = 0; _normalize && row < _images * _positions; row++)
        {
            var along = 0.0;
            for (var c = 0; c < _channels; c++)
                along += Dx[(row * _channels) + c] * _x[(row * _channels) + c];
            for (var c = 0; c < _channels; c++)
                Dx[(row * _channels) + c] = (Dx[(row * _channels) + c] - (_x[(row * _channels) + c] * along)) / _lengths[row];
        }
    }

    private void LogitsBackward(int row, double[] da)
    {
        var mean = 0.0;
        for (var k = 0; k < _all; k++)
            mean += da[(row * _all) + k] * Assignment[(row * _all) + k];
        for (var k = 0; k < _all; k++)
        {
            var dz = Assignment[(row * _all) + k] * (da[(row * _all) + k] - mean);
            DBias[k] += dz;
            for (var c = 0; c < _channels; c++)
            {
                DAssignment[(k * _channels) + c] += dz * _x[(row * _channels) + c];
                Dx[(row * _channels) + c] += dz * _w[(k * _channels) + c];
            }
        }
    }

    private void Softmax(int row, float[] bias)
    {
        var logits = new double[_all];
        for (var k = 0; k < _all; k++)
        {
            logits[k] = bias[k];
            for (var c = 0; c < _channels; c++)
                logits[k] += _w[(k * _channels) + c] * _x[(row * _channels) + c];
        }
        var sum = logits.Sum(Math.Exp);
        for (var k = 0; k < _all; k++)
            Assignment[(row * _all) + k] = Math.Exp(logits[k]) / sum;
    }

    /// <summary>Calls back for each location, cluster and channel, with the place in V.</summary>
    private void Each(Action<int, int, int, int> term)
    {
        for (var row = 0; row < _images * _positions; row++)
            for (var k = 0; k < _clusters; k++)
                for (var c = 0; c < _channels; c++)
                    term(row, k, c, (((row / _positions * _clusters) + k) * _channels) + c);
    }

    private static double[] Unit(double[] x, int length) => [.. x.Chunk(length).SelectMany(row =>
    {
        var norm = Math.Max(Math.Sqrt(row.Sum(value => value * value)), Epsilon);
        return row.Select(value => value / norm);
    })];

    private static double[] UnitBackward(double[] x, double[] dy, int length) => [.. x.Chunk(length).Zip(dy.Chunk(length)).SelectMany(pair =>
    {
        var norm = Math.Max(Math.Sqrt(pair.First.Sum(value => value * value)), Epsilon);
        var along = pair.First.Zip(pair.Second).Sum(both => both.First * both.Second);
        return pair.First.Zip(pair.Second, (value, gradient) => (gradient - (value * along / (norm * norm))) / norm);
    })];
}
