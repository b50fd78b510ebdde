using Retrieval.Host;

namespace Retrieval.Models.Backbones;

/// <summary>Convolution with a bias and an optional ReLU, both applied while storing: the unit of networks without normalisation.</summary>
internal sealed class ConvRelu : ILayer
{
    private readonly PlainConvolution _convolution;
    private readonly Parameter _bias;
    private readonly bool _relu;

    /// <summary>Makes the parameters <c>name.weight</c> and <c>name.bias</c>, all zero.</summary>
    /// <param name="parameters">Where the parameters are made.</param>
    /// <param name="name">Name of the convolution, e.g. <c>features.0</c>.</param>
    /// <param name="inputs">Input channels C.</param>
    /// <param name="outputs">Output channels K.</param>
    /// <param name="geometry">Window.</param>
    /// <param name="relu">Whether a ReLU ends the unit.</param>
    public ConvRelu(ParameterSet parameters, string name, int inputs, int outputs, ConvolutionGeometry geometry, bool relu = true)
    {
        _relu = relu;
        _convolution = new PlainConvolution(parameters, name, inputs, outputs, geometry);
        _bias = parameters.Add(name + ".bias", ParameterRole.Bias, new Shape(outputs));
    }

    public void Prepare() => _convolution.Prepare();

    public Tensor Forward(Tensor x, Pass pass)
    {
        var y = _convolution.Forward(x, pass, new ConvolutionEpilogue(Tensor.None, _bias.Value, Tensor.None, _relu));
        pass.Save(x);
        pass.Save(y);
        return y;
    }

    public Tensor Backward(Tensor dy, Pass pass, bool inputGradient)
    {
        Tensor y = pass.Restore(), x = pass.Restore();
        if (_relu)
            pass.Operators.ReluBackward(y, dy, dy);
        pass.Operators.ColumnSum(dy, _bias.Gradient, accumulate: true);
        return _convolution.Backward(x, dy, inputGradient);
    }

    public void Dispose() => _convolution.Dispose();
}
