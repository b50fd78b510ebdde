using Retrieval.Host;

namespace Retrieval.Models.Backbones;

/// <summary>Convolution with a bias and an optional ReLU, both applied while storing: the unit of networks without normalisation.</summary>
internal sealed class ConvRelu : ILayer
{
    private readonly Device _device;
    private readonly Parameter _weights, _bias;
    private readonly ConvolutionGeometry _geometry;
    private readonly bool _relu;
    private PreparedWeights? _prepared;
    private int _preparedVersion;

    /// <summary>Makes the parameters <c>name.weight</c> and <c>name.bias</c>, all zero.</summary>
    /// <param name="parameters">Where the parameters are made.</param>
    /// <param name="name">Name of the convolution, e.g. <c>features.0</c>.</param>
    /// <param name="inputs">Input channels C.</param>
    /// <param name="outputs">Output channels K.</param>
    /// <param name="geometry">Window.</param>
    /// <param name="relu">Whether a ReLU ends the unit.</param>
    public ConvRelu(ParameterSet parameters, string name, int inputs, int outputs, ConvolutionGeometry geometry, bool relu = true)
    {
        _device = parameters.Device;
        _geometry = geometry;
        _relu = relu;
        _weights = parameters.Add(name + ".weight", ParameterRole.Convolution, new Shape(outputs, geometry.KernelHeight, geometry.KernelWidth, inputs));
        _bias = parameters.Add(name + ".bias", ParameterRole.Bias, new Shape(outputs));
    }

    public void Prepare()
    {
        if (_prepared is not null && _preparedVersion == _weights.Version)
            return;
        _prepared?.Dispose();
        _prepared = _device.Operators.PrepareConvolution(_weights.Value, _geometry, Tensor.None, _device.ActivationType);
        _preparedVersion = _weights.Version;
    }

    public Tensor Forward(Tensor x, Pass pass)
    {
        var y = _device.RentMap(_geometry.OutputShape(x.Shape, _weights.Value.Shape[0]));
        var epilogue = new ConvolutionEpilogue(Tensor.None, _bias.Value, Tensor.None, _relu);
        if (pass.Mode == PassMode.Inference)
        {
            Prepare();
            pass.Operators.Convolution(x, _prepared!, y, epilogue);
            return y;
        }
        pass.Operators.Convolution(x, _weights.Computed, _geometry, y, epilogue);
        pass.Save(x);
        pass.Save(y);
        return y;
    }

    public Tensor Backward(Tensor dy, Pass pass, bool inputGradient)
    {
        Tensor y = pass.Restore(), x = pass.Restore();
        var operators = pass.Operators;
        if (_relu)
            operators.ReluBackward(y, dy, dy);
        operators.ConvolutionWeightGradient(x, dy, _geometry, _weights.Gradient, accumulate: true);
        operators.ColumnSum(dy, _bias.Gradient, accumulate: true);
        var dx = Tensor.None;
        if (inputGradient)
        {
            dx = _device.RentMap(x.Shape);
            operators.ConvolutionInputGradient(dy, _weights.Computed, Tensor.None, _geometry, dx);
        }
        _device.Return(dy);
        return dx;
    }

    public void Dispose() => _prepared?.Dispose();
}
