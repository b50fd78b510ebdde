using Retrieval.Host;

namespace Retrieval.Models.Backbones;

/// <summary>The convolution of a unit that folds no normalisation into its weights; parameter <c>name.weight</c> [K, R, S, C].</summary>
internal sealed class PlainConvolution : IDisposable
{
    private readonly Device _device;
    private readonly Parameter _weights;
    private readonly ConvolutionGeometry _geometry;
    private PreparedWeights? _prepared;
    private int _preparedVersion;

    public PlainConvolution(ParameterSet parameters, string name, int inputs, int outputs, ConvolutionGeometry geometry)
    {
        _device = parameters.Device;
        _geometry = geometry;
        _weights = parameters.Add(name + ".weight", ParameterRole.Convolution, new Shape(outputs, geometry.KernelHeight, geometry.KernelWidth, inputs));
    }

    /// <summary>Makes what inference computes with, if the weights have changed; see <see cref="ConvNorm.Prepare"/>.</summary>
    public void Prepare()
    {
        if (_prepared is not null && _preparedVersion == _weights.Version)
            return;
        _prepared?.Dispose();
        _prepared = _device.Operators.PrepareConvolution(_weights.Value, _geometry, Tensor.None, _device.ActivationType);
        _preparedVersion = _weights.Version;
    }

    /// <summary>x [N, H, W, C] to [N, OH, OW, K], the caller's own; nothing is saved.</summary>
    public Tensor Forward(Tensor x, Pass pass, ConvolutionEpilogue epilogue = default)
    {
        var y = _device.RentMap(_geometry.OutputShape(x.Shape, _weights.Value.Shape[0]));
        if (pass.Mode == PassMode.Inference)
        {
            Prepare();
            pass.Operators.Convolution(x, _prepared!, y, epilogue);
        }
        else
        {
            pass.Operators.Convolution(x, _weights.Computed, _geometry, y, epilogue);
        }
        return y;
    }

    /// <summary>Adds the weights' gradient; dy is returned to the device.</summary>
    /// <param name="x">What Forward was given.</param>
    /// <param name="dy">Gradient of what it gave.</param>
    /// <param name="inputGradient">Whether the input's gradient is wanted.</param>
    /// <param name="addTo">When given, the input's gradient is added to this tensor, which is returned.</param>
    /// <returns>Gradient of x, the caller's own; none when not wanted.</returns>
    public Tensor Backward(Tensor x, Tensor dy, bool inputGradient, Tensor addTo = default)
    {
        _device.Operators.ConvolutionWeightGradient(x, dy, _geometry, _weights.Gradient, accumulate: true);
        var dx = Tensor.None;
        if (inputGradient)
        {
            dx = addTo.IsNone ? _device.RentMap(x.Shape) : addTo;
            _device.Operators.ConvolutionInputGradient(dy, _weights.Computed, Tensor.None, _geometry, dx, accumulate: !addTo.IsNone);
        }
        _device.Return(dy);
        return dx;
    }

    /// <inheritdoc/>
    public void Dispose() => _prepared?.Dispose();
}
