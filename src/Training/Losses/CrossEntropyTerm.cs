using Retrieval.Host;
using Retrieval.Models;

namespace Retrieval.Training.Losses;

/// <summary>
/// Label-smoothed cross-entropy of a linear classifier, the mean over the real rows. Parameters <c>classifier.weight</c> [classes, D] and, where
/// there is one, <c>classifier.bias</c> [classes]. The logits become their gradient in place: many classes take no second copy.
/// </summary>
public sealed class CrossEntropyTerm : ILossTerm
{
    private readonly CrossEntropyOptions _options;
    private readonly Device _device;

    /// <param name="parameters">Receives the classifier.</param>
    /// <param name="classes">Number of classes.</param>
    /// <param name="dimension">Dimension of what is classified.</param>
    /// <param name="options">Settings.</param>
    /// <param name="seed">Decides what the weights start from.</param>
    /// <exception cref="ArgumentException">A setting is out of range.</exception>
    public CrossEntropyTerm(ParameterSet parameters, int classes, int dimension, CrossEntropyOptions options, ulong seed)
    {
        options.Validate();
        TermChecks.DemandClasses(classes, dimension);
        _options = options;
        _device = parameters.Device;
        Weights = parameters.Add("classifier.weight", ParameterRole.Linear, new Shape(classes, dimension));
        WeightInitializer.Draw(Weights, options.Deviation > 0 ? options.Deviation : Math.Sqrt(1.0 / dimension), seed);
        if (options.Bias)
            Bias = parameters.Add("classifier.bias", ParameterRole.Bias, new Shape(classes));
        Correct = _device.Rent(new Shape(1), ElementType.Int32, MemoryPurpose.Workspace);
    }

    /// <inheritdoc/>
    public string Name => "cross-entropy";

    /// <inheritdoc/>
    public LossOutputs Uses => _options.Source;

    /// <summary>The classifier's weights [classes, D].</summary>
    public Parameter Weights { get; }

    /// <summary>The classifier's bias [classes]; null without one.</summary>
    public Parameter? Bias { get; }

    /// <summary>Int32 [1]: how many real rows of the last batch were classified right.</summary>
    public Tensor Correct { get; }

    /// <inheritdoc/>
    public void Compute(LossBatch batch, float weight, Tensor loss)
    {
        Tensor x = batch.Outputs.Of(Uses), dx = batch.Gradients.Of(Uses);
        var logits = _device.Rent(new Shape(x.Shape[0], Weights.Value.Shape[0]), purpose: MemoryPurpose.Activations);
        _device.Operators.Linear(x, Weights.Value, Bias?.Value ?? Tensor.None, logits);
        _device.Operators.CrossEntropy(logits, batch.Labels, batch.Real, (float)_options.Smoothing, weight, loss, logits, Correct);
        _device.Operators.MatrixProduct(logits, Weights.Value, dx, accumulate: true);
        _device.Operators.MatrixProduct(logits, x, Weights.Gradient, transposeA: true, accumulate: true);
        if (Bias is not null)
            _device.Operators.ColumnSum(logits, Bias.Gradient, accumulate: true);
        _device.Return(logits);
    }

    /// <inheritdoc/>
    public void Dispose() => _device.Return(Correct);
}
