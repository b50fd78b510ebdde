using Retrieval.Host;
using Retrieval.Models.Backbones;

namespace Retrieval.Models;

/// <summary>
/// Convolution without bias, batch normalisation, an optional residual sum and an optional ReLU: the unit that residual
/// networks are made of. With stored statistics the normalisation is folded into the convolution's store, forward and
/// backward; with the batch's statistics it is one fused pass behind it.
/// </summary>
public sealed class ConvNorm : IConvUnit
{
    /// <summary>Share of a batch in the running statistics.</summary>
    internal const float Momentum = 0.1f;

    /// <summary>Added to variances.</summary>
    internal const float Epsilon = 1e-5f;

    private readonly Device _device;
    private readonly Parameter _weights, _gamma, _beta, _mean, _variance;
    private readonly ConvolutionGeometry _geometry;
    private readonly bool _relu;
    private readonly Tensor _scale, _shift;
    private PreparedWeights? _prepared;
    private (int, int, int, int, int) _preparedVersion;

    /// <summary>Makes the unit's parameters, all zero but the normalisation's scale and variance, which are 1.</summary>
    /// <param name="parameters">Where the parameters are made.</param>
    /// <param name="convolution">Name of the convolution, e.g. <c>layer1.0.conv1</c>.</param>
    /// <param name="norm">Name of the normalisation, e.g. <c>layer1.0.bn1</c>.</param>
    /// <param name="inputs">Input channels C.</param>
    /// <param name="outputs">Output channels K.</param>
    /// <param name="geometry">Window.</param>
    /// <param name="relu">Whether a ReLU ends the unit.</param>
    /// <param name="hasBias">Whether weight files have a bias for the convolution.</param>
    public ConvNorm(ParameterSet parameters, string convolution, string norm, int inputs, int outputs, ConvolutionGeometry geometry, bool relu, bool hasBias = false)
    {
        _device = parameters.Device;
        _geometry = geometry;
        _relu = relu;
        _weights = parameters.Add(convolution + ".weight", ParameterRole.Convolution, new Shape(outputs, geometry.KernelHeight, geometry.KernelWidth, inputs));
        _gamma = parameters.Add(norm + ".weight", ParameterRole.NormScale, new Shape(outputs), 1);
        _beta = parameters.Add(norm + ".bias", ParameterRole.Bias, new Shape(outputs));
        _mean = parameters.AddMean(norm + ".running_mean", new Shape(outputs), hasBias ? convolution + ".bias" : null);
        _variance = parameters.Add(norm + ".running_var", ParameterRole.Statistic, new Shape(outputs), 1);
        _scale = _device.Rent(new Shape(outputs), purpose: MemoryPurpose.Parameters);
        _shift = _device.Rent(new Shape(outputs), purpose: MemoryPurpose.Parameters);
    }

    /// <summary>
    /// Derives what inference computes with (folded normalisation, weights in the backend's order) from the parameters, if they have
    /// changed. Forward does so by itself; work that is recorded must find it done.
    /// </summary>
    public void Prepare()
    {
        var version = (_weights.Version, _gamma.Version, _beta.Version, _mean.Version, _variance.Version);
        if (_prepared is not null && _preparedVersion == version)
            return;
        Fold();
        _prepared?.Dispose();
        _prepared = _device.Operators.PrepareConvolution(_weights.Value, _geometry, _scale, _device.ActivationType);
        _preparedVersion = version;
    }

    /// <summary>x [N, H, W, C] to y [N, OH, OW, K]; the caller keeps x and owns y.</summary>
    public Tensor Forward(Tensor x, Tensor residual, Pass pass)
    {
        var shape = _geometry.OutputShape(x.Shape, _weights.Value.Shape[0]);
        var y = _device.RentMap(shape);
        switch (pass.Mode)
        {
            case PassMode.BatchStatistics:
                ForwardBatch(x, residual, y, pass);
                break;
            case PassMode.FrozenStatistics:
                ForwardFrozen(x, residual, y, pass);
                break;
            default:
                Prepare();
                pass.Operators.Convolution(x, _prepared!, y, new ConvolutionEpilogue(Tensor.None, _shift, residual, _relu));
                break;
        }
        return y;
    }

    /// <summary>
    /// Takes the unit's part of the backward pass. dy is overwritten: for a unit with a residual it then holds the residual's gradient.
    /// Parameter gradients are added to.
    /// </summary>
    /// <param name="dy">Gradient of the output.</param>
    /// <param name="pass">The pass that Forward ran in.</param>
    /// <param name="hasResidual">Whether Forward was given a residual.</param>
    /// <param name="inputGradient">Whether the input's gradient is wanted.</param>
    /// <param name="addTo">When given, the input's gradient is added to this tensor, which is returned.</param>
    /// <returns>Gradient of the input, the caller's own; none when not wanted.</returns>
    public Tensor Backward(Tensor dy, Pass pass, bool hasResidual = false, bool inputGradient = true, Tensor addTo = default) =>
        pass.Mode == PassMode.BatchStatistics
            ? BackwardBatch(dy, pass, hasResidual, inputGradient, addTo)
            : BackwardFrozen(dy, pass, inputGradient, addTo);

    /// <inheritdoc/>
    Tensor ILayer.Forward(Tensor x, Pass pass) => Forward(x, Tensor.None, pass);

    /// <inheritdoc/>
    Tensor ILayer.Backward(Tensor dy, Pass pass, bool inputGradient) => ((IConvUnit)this).Backward(dy, pass, inputGradient, Tensor.None);

    /// <inheritdoc/>
    Tensor IConvUnit.Backward(Tensor dy, Pass pass, bool inputGradient, Tensor addTo)
    {
        var dx = Backward(dy, pass, hasResidual: false, inputGradient, addTo);
        _device.Return(dy);
        return dx;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _prepared?.Dispose();
        _device.Return(_scale);
        _device.Return(_shift);
    }

    /// <summary>Folds anew each time: a recorded step is not asked whether the parameters have changed.</summary>
    private void ForwardFrozen(Tensor x, Tensor residual, Tensor y, Pass pass)
    {
        Fold();
        pass.Operators.Convolution(x, _weights.Computed, _geometry, y, new ConvolutionEpilogue(_scale, _shift, residual, _relu));
        pass.Save(x);
        pass.Save(y);
    }

    private void ForwardBatch(Tensor x, Tensor residual, Tensor y, Pass pass)
    {
        var z = _device.RentMap(y.Shape);
        var mean = _device.Rent(_gamma.Value.Shape);
        var invStd = _device.Rent(_gamma.Value.Shape);
        pass.Operators.Convolution(x, _weights.Computed, _geometry, z);
        pass.Operators.BatchNormTraining(z, _gamma.Value, _beta.Value, _mean.Value, _variance.Value, Momentum, Epsilon, residual, _relu, y, mean, invStd);
        foreach (var tensor in (ReadOnlySpan<Tensor>)[x, z, y, mean, invStd])
            pass.Save(tensor);
        foreach (var tensor in (ReadOnlySpan<Tensor>)[z, mean, invStd])
            pass.Release(tensor);
    }

    private Tensor BackwardFrozen(Tensor dy, Pass pass, bool inputGradient, Tensor addTo)
    {
        Tensor y = pass.Restore(), x = pass.Restore();
        var operators = pass.Operators;
        if (_relu)
            operators.ReluBackward(y, dy, dy);
        var folded = _device.Rent(_weights.Value.Shape, purpose: MemoryPurpose.Workspace);
        var sum = _device.Rent(_gamma.Value.Shape, purpose: MemoryPurpose.Workspace);
        operators.ConvolutionWeightGradient(x, dy, _geometry, folded);
        operators.ColumnSum(dy, sum);
        operators.FrozenNormGradients(_weights.Value, folded, sum, _gamma.Value, _mean.Value, _variance.Value, Epsilon,
            _weights.Gradient, _gamma.Gradient, _beta.Gradient);
        _device.Return(sum);
        _device.Return(folded);
        return inputGradient ? InputGradient(dy, _scale, x.Shape, addTo) : Tensor.None;
    }

    private Tensor BackwardBatch(Tensor dy, Pass pass, bool hasResidual, bool inputGradient, Tensor addTo)
    {
        Tensor invStd = pass.Restore(), mean = pass.Restore(), y = pass.Restore(), z = pass.Restore(), x = pass.Restore();
        var dz = hasResidual ? _device.RentMap(dy.Shape, MemoryPurpose.Workspace) : dy;
        pass.Operators.BatchNormTrainingBackward(z, _relu ? y : Tensor.None, dy, _gamma.Value, mean, invStd, dz, hasResidual ? dy : Tensor.None,
            _gamma.Gradient, _beta.Gradient);
        pass.Operators.ConvolutionWeightGradient(x, dz, _geometry, _weights.Gradient, accumulate: true);
        var dx = inputGradient ? InputGradient(dz, Tensor.None, x.Shape, addTo) : Tensor.None;
        if (hasResidual)
            _device.Return(dz);
        return dx;
    }

    private Tensor InputGradient(Tensor dz, Tensor scale, Shape inputShape, Tensor addTo)
    {
        var dx = addTo.IsNone ? _device.RentMap(inputShape) : addTo;
        _device.Operators.ConvolutionInputGradient(dz, _weights.Computed, scale, _geometry, dx, accumulate: !addTo.IsNone);
        return dx;
    }

    private void Fold() =>
        _device.Operators.FoldBatchNorm(_gamma.Value, _beta.Value, _mean.Value, _variance.Value, Epsilon, _scale, _shift);
}
