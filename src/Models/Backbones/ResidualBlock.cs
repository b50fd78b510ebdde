using Retrieval.Host;

namespace Retrieval.Models.Backbones;

/// <summary>
/// A residual block: y = relu( F(x) + shortcut(x) ), the shortcut being x itself or a 1 x 1 convolution with
/// normalisation where stride or channels change. Parameter names as in torchvision: <c>conv1, bn1, ..., downsample.0, downsample.1</c>.
/// </summary>
public sealed class ResidualBlock : ILayer
{
    private readonly IConvUnit[] _inner;
    private readonly ConvNorm _last;
    private readonly ConvNorm? _shortcut;

    /// <summary>Makes a block's parameters.</summary>
    /// <param name="parameters">Where the parameters are made.</param>
    /// <param name="prefix">Name of the block, e.g. <c>layer1.0.</c>, or empty.</param>
    /// <param name="kind">Kind of block.</param>
    /// <param name="inputs">Input channels.</param>
    /// <param name="width">Channels inside the block.</param>
    /// <param name="stride">Stride of the block; a bottleneck has it in its 3 x 3 convolution.</param>
    /// <param name="downsample">Whether the shortcut is a convolution.</param>
    public ResidualBlock(ParameterSet parameters, string prefix, BlockKind kind, int inputs, int width, int stride, bool downsample)
    {
        var outputs = kind == BlockKind.Basic ? width : width * 4;
        ConvNorm Unit(int number, int from, int to, int kernel, int step = 1) => new(parameters, $"{prefix}conv{number}", $"{prefix}bn{number}",
            from, to, ConvolutionGeometry.Square(kernel, step, kernel / 2), relu: true);
        _inner = kind switch
        {
            BlockKind.Basic => [Unit(1, inputs, width, 3, stride)],
            BlockKind.Bottleneck => [Unit(1, inputs, width, 1), Unit(2, width, width, 3, stride)],
            _ => [new ConvIbn(parameters, prefix + "conv1", prefix + "bn1", inputs, width, ConvolutionGeometry.Square(1)), Unit(2, width, width, 3, stride)],
        };
        _last = kind == BlockKind.Basic ? Unit(2, width, outputs, 3) : Unit(3, width, outputs, 1);
        if (downsample)
            _shortcut = new ConvNorm(parameters, prefix + "downsample.0", prefix + "downsample.1", inputs, outputs, ConvolutionGeometry.Square(1, stride), relu: false);
    }

    /// <summary>Makes the block ready for inference with its parameters as they are; see <see cref="ConvNorm.Prepare"/>.</summary>
    public void Prepare()
    {
        foreach (var unit in _inner)
            unit.Prepare();
        _last.Prepare();
        _shortcut?.Prepare();
    }

    /// <summary>x [N, H, W, C] to y; the caller keeps x and owns y.</summary>
    public Tensor Forward(Tensor x, Pass pass)
    {
        var shortcut = _shortcut?.Forward(x, Tensor.None, pass) ?? x;
        var current = _inner[0].Forward(x, pass);
        foreach (var unit in _inner.AsSpan(1))
        {
            var next = unit.Forward(current, pass);
            pass.Release(current);
            current = next;
        }
        var y = _last.Forward(current, shortcut, pass);
        pass.Release(current);
        if (_shortcut is not null)
            pass.Release(shortcut);
        return y;
    }

    /// <summary>Gradient of the input, none when not wanted, from that of the output, which it uses up.</summary>
    public Tensor Backward(Tensor dy, Pass pass, bool inputGradient = true)
    {
        // The last unit leaves the shortcut's gradient in dy.
        var gradient = _last.Backward(dy, pass, hasResidual: true);
        for (var i = _inner.Length - 1; i > 0; i--)
            gradient = _inner[i].Backward(gradient, pass, inputGradient: true);
        if (_shortcut is null && inputGradient)
            return _inner[0].Backward(gradient, pass, inputGradient, addTo: dy);
        var dx = _inner[0].Backward(gradient, pass, inputGradient, addTo: Tensor.None);
        _shortcut?.Backward(dy, pass, inputGradient: inputGradient, addTo: dx);
        pass.Device.Return(dy);
        return dx;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var unit in _inner)
            unit.Dispose();
        _last.Dispose();
        _shortcut?.Dispose();
    }
}
