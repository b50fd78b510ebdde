using Retrieval.Host;

namespace Retrieval.Models.Backbones;

/// <summary>
/// A residual block, basic or bottleneck: y = relu( F(x) + shortcut(x) ), the shortcut being x itself or a 1 x 1 convolution with
/// normalisation where stride or channels change. Parameter names as in torchvision: <c>conv1, bn1, ..., downsample.0, downsample.1</c>.
/// </summary>
public sealed class ResidualBlock : ILayer
{
    private readonly ConvNorm[] _units;
    private readonly ConvNorm? _shortcut;

    /// <summary>Makes a block's parameters.</summary>
    /// <param name="parameters">Where the parameters are made.</param>
    /// <param name="prefix">Name of the block, e.g. <c>layer1.0.</c>, or empty.</param>
    /// <param name="kind">Basic or bottleneck.</param>
    /// <param name="inputs">Input channels.</param>
    /// <param name="width">Channels inside the block.</param>
    /// <param name="stride">Stride of the block; a bottleneck has it in its 3 x 3 convolution.</param>
    /// <param name="downsample">Whether the shortcut is a convolution.</param>
    public ResidualBlock(ParameterSet parameters, string prefix, BlockKind kind, int inputs, int width, int stride, bool downsample)
    {
        var outputs = kind == BlockKind.Basic ? width : width * 4;
        ConvNorm Unit(int number, int from, int to, int kernel, int step, bool relu) => new(parameters, $"{prefix}conv{number}", $"{prefix}bn{number}",
            from, to, ConvolutionGeometry.Square(kernel, step, kernel / 2), relu);
        _units = kind == BlockKind.Basic
            ? [Unit(1, inputs, width, 3, stride, relu: true), Unit(2, width, outputs, 3, 1, relu: true)]
            : [Unit(1, inputs, width, 1, 1, relu: true), Unit(2, width, width, 3, stride, relu: true), Unit(3, width, outputs, 1, 1, relu: true)];
        if (downsample)
            _shortcut = new ConvNorm(parameters, prefix + "downsample.0", prefix + "downsample.1", inputs, outputs, ConvolutionGeometry.Square(1, stride), relu: false);
    }

    /// <summary>Makes the block ready for inference with its parameters as they are; see <see cref="ConvNorm.Prepare"/>.</summary>
    public void Prepare()
    {
        foreach (var unit in _units)
            unit.Prepare();
        _shortcut?.Prepare();
    }

    /// <summary>x [N, H, W, C] to y; the caller keeps x and owns y.</summary>
    public Tensor Forward(Tensor x, Pass pass)
    {
        var shortcut = _shortcut?.Forward(x, Tensor.None, pass) ?? x;
        var current = x;
        for (var i = 0; i < _units.Length; i++)
        {
            var next = _units[i].Forward(current, i == _units.Length - 1 ? shortcut : Tensor.None, pass);
            if (i > 0)
                pass.Release(current);
            current = next;
        }
        if (_shortcut is not null)
            pass.Release(shortcut);
        return current;
    }

    /// <summary>Gradient of the input, none when not wanted, from that of the output, which it uses up.</summary>
    public Tensor Backward(Tensor dy, Pass pass, bool inputGradient = true)
    {
        var device = pass.Device;
        // The last unit leaves the shortcut's gradient in dy.
        var gradient = _units[^1].Backward(dy, pass, hasResidual: true);
        for (var i = _units.Length - 2; i > 0; i--)
        {
            var previous = _units[i].Backward(gradient, pass);
            device.Return(gradient);
            gradient = previous;
        }
        // Behind an identity the sum of both gradients is made in dy itself.
        var inPlace = _shortcut is null && inputGradient;
        var dx = _units[0].Backward(gradient, pass, inputGradient: inputGradient, addTo: inPlace ? dy : Tensor.None);
        _shortcut?.Backward(dy, pass, inputGradient: inputGradient, addTo: dx);
        if (!inPlace)
            device.Return(dy);
        device.Return(gradient);
        return dx;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var unit in _units)
            unit.Dispose();
        _shortcut?.Dispose();
    }
}
