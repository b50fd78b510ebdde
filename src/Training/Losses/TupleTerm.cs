using Retrieval.Host;

namespace Retrieval.Training.Losses;

/// <summary>A loss over mined tuples of descriptors, summed over the tuples; the batch's labels say which part of its tuple a row is.</summary>
/// <param name="name">The term's name: <c>contrastive</c>, <c>triplet</c>.</param>
/// <param name="tupleLoss">The loss.</param>
public sealed class TupleTerm(string name, ITupleLoss tupleLoss) : ILossTerm
{
    /// <inheritdoc/>
    public string Name { get; } = name;

    /// <inheritdoc/>
    public LossOutputs Uses => LossOutputs.Descriptors;

    /// <inheritdoc/>
    public void Compute(LossBatch batch, float weight, Tensor loss)
    {
        var descriptors = batch.Outputs.Descriptors;
        var device = descriptors.Device;
        var value = device.Rent(new Shape(1), purpose: MemoryPurpose.Workspace);
        var gradient = device.Rent(descriptors.Shape, purpose: MemoryPurpose.Descriptors);
        tupleLoss.Compute(descriptors, batch.Labels, value, gradient);
        device.Operators.AddScaled(weight, value, 1, loss);
        device.Operators.AddScaled(weight, gradient, 1, batch.Gradients.Descriptors);
        device.Return(gradient);
        device.Return(value);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
    }
}
