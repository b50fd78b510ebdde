using Retrieval.Host;

namespace Retrieval.Models.Backbones;

/// <summary>
/// Convolution without bias, IBN and ReLU: the first half of the channels is normalised by image, which takes the style of a photograph out, the
/// second by batch (Pan et al., Two at Once, ECCV 2018). The unit that IBN-a puts first into a bottleneck.
/// </summary>
internal sealed class ConvIbn : IConvUnit
{
    private readonly Device _device;
    private readonly PlainConvolution _convolution;
    private readonly Parameter _instanceGamma, _instanceBeta, _gamma, _beta, _mean, _variance;

    /// <summary>Makes the unit's parameters: weights, <c>norm.IN.weight</c> and <c>.bias</c>, and the four of <c>norm.BN</c>.</summary>
    /// <param name="parameters">Where the parameters are made.</param>
    /// <param name="convolution">Name of the convolution, e.g. <c>layer1.0.conv1</c>.</param>
    /// <param name="norm">Name of the normalisation, e.g. <c>layer1.0.bn1</c>.</param>
    /// <param name="inputs">Input channels C.</param>
    /// <param name="outputs">Output channels K, 2 or more.</param>
    /// <param name="geometry">Window.</param>
    public ConvIbn(ParameterSet parameters, string convolution, string norm, int inputs, int outputs, ConvolutionGeometry geometry)
    {
        _device = parameters.Device;
        Shape instances = new(outputs / 2), rest = new(outputs - (outputs / 2));
        _convolution = new PlainConvolution(parameters, convolution, inputs, outputs, geometry);
        _instanceGamma = parameters.Add(norm + ".IN.weight", ParameterRole.NormScale, instances, 1);
        _instanceBeta = parameters.Add(norm + ".IN.bias", ParameterRole.Bias, instances);
        _gamma = parameters.Add(norm + ".BN.weight", ParameterRole.NormScale, rest, 1);
        _beta = parameters.Add(norm + ".BN.bias", ParameterRole.Bias, rest);
        _mean = parameters.Add(norm + ".BN.running_mean", ParameterRole.Statistic, rest);
        _variance = parameters.Add(norm + ".BN.running_var", ParameterRole.Statistic, rest, 1);
    }

    public void Prepare() => _convolution.Prepare();

    public Tensor Forward(Tensor x, Pass pass)
    {
        var z = _convolution.Forward(x, pass);
        // What no backward pass asks for again is overwritten.
        var y = pass.Keeps ? _device.RentMap(z.Shape) : z;
        var table = new Shape(z.Shape[0], z.Shape[3]);
        Tensor mean = _device.Rent(table), invStd = _device.Rent(table);
        pass.Operators.InstanceNorm(z, _instanceGamma.Value, _instanceBeta.Value, Tail(pass), ConvNorm.Epsilon, relu: true, y, mean, invStd);
        foreach (var tensor in (ReadOnlySpan<Tensor>)[x, z, y, mean, invStd])
            pass.Save(tensor);
        pass.Release(mean);
        pass.Release(invStd);
        if (pass.Keeps)
            pass.Release(z);
        return y;
    }

    public Tensor Backward(Tensor dy, Pass pass, bool inputGradient) => Backward(dy, pass, inputGradient, Tensor.None);

    public Tensor Backward(Tensor dy, Pass pass, bool inputGradient, Tensor addTo)
    {
        Tensor invStd = pass.Restore(), mean = pass.Restore(), y = pass.Restore(), z = pass.Restore(), x = pass.Restore();
        pass.Operators.InstanceNormBackward(z, y, dy, _instanceGamma.Value, Tail(pass), mean, invStd, dy,
            _instanceGamma.Gradient, _instanceBeta.Gradient, _gamma.Gradient, _beta.Gradient);
        return _convolution.Backward(x, dy, inputGradient, addTo);
    }

    public void Dispose() => _convolution.Dispose();

    private BatchNormTail Tail(Pass pass) => new(_gamma.Value, _beta.Value, _mean.Value, _variance.Value, pass.Mode != PassMode.BatchStatistics, ConvNorm.Momentum);
}
