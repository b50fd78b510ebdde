using Retrieval.Host;

namespace Retrieval.Models;

/// <summary>
/// A whitening learnt after training, applied to finished descriptors: y = (W x + b) / (|W x + b| + 1e-6), with W the leading rows of the
/// projection P and b = -P m.
/// </summary>
public sealed class DescriptorWhitening : IDisposable
{
    private readonly Device _device;
    private readonly Tensor _weights, _bias;

    /// <summary>Takes over a projection.</summary>
    /// <param name="device">Where it is applied.</param>
    /// <param name="weights">[OutputDimension, InputDimension], row-major.</param>
    /// <param name="bias">[OutputDimension].</param>
    /// <param name="inputDimension">Dimension of the descriptors that come in.</param>
    /// <param name="source">What it was learnt from and how, for people.</param>
    public DescriptorWhitening(Device device, float[] weights, float[] bias, int inputDimension, string source)
    {
        if (inputDimension < 1 || bias.Length < 1 || weights.LongLength != (long)bias.Length * inputDimension)
            throw new ArgumentException($"whitening: {weights.Length} weights and {bias.Length} biases do not fit an input dimension of {inputDimension}");
        _device = device;
        InputDimension = inputDimension;
        Source = source;
        _weights = device.Rent<float>(new Shape(bias.Length, inputDimension), weights, MemoryPurpose.Parameters);
        _bias = device.Rent<float>(new Shape(bias.Length), bias, MemoryPurpose.Parameters);
    }

    public int InputDimension { get; }

    public int OutputDimension => _bias.Shape[0];

    /// <summary>What it was learnt from and how.</summary>
    public string Source { get; }

    internal float[] Weights => _weights.ToArray<float>();

    internal float[] Bias => _bias.ToArray<float>();

    /// <summary>Whitens descriptors [N, InputDimension] into y [N, OutputDimension], of unit length unless told otherwise.</summary>
    public void Apply(Tensor descriptors, Tensor y, bool normalize = true)
    {
        _device.Operators.Linear(descriptors, _weights, _bias, y);
        if (normalize)
            _device.Operators.L2Normalize(y, Heads.L2Layer.Epsilon, y, Tensor.None);
    }

    /// <summary>Whitens host descriptors, row-major, a tile at a time.</summary>
    /// <param name="descriptors">[N, InputDimension].</param>
    /// <returns>[N, OutputDimension].</returns>
    public float[] Apply(ReadOnlySpan<float> descriptors)
    {
        const int tileRows = 4096;
        var rows = descriptors.Length / InputDimension;
        var result = new float[(long)rows * OutputDimension];
        for (var first = 0; first < rows; first += tileRows)
        {
            var count = Math.Min(tileRows, rows - first);
            var x = _device.Rent(new Shape(count, InputDimension), descriptors.Slice(first * InputDimension, count * InputDimension), MemoryPurpose.Workspace);
            var y = _device.Rent(new Shape(count, OutputDimension), purpose: MemoryPurpose.Workspace);
            Apply(x, y);
            y.Download(result.AsSpan(first * OutputDimension, count * OutputDimension));
            _device.Return(y);
            _device.Return(x);
        }
        return result;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _device.Return(_bias);
        _device.Return(_weights);
    }
}
