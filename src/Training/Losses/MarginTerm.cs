using Retrieval.Host;
using Retrieval.Models;

namespace Retrieval.Training.Losses;

/// <summary>
/// Margin loss on descriptors with a learnt boundary, the parameter <c>margin.beta</c> [1]. Each row meets the other rows of its image (or class),
/// and for each of them a row of another one, drawn by its distance. The draw follows from the batch's seed and step.
/// </summary>
public sealed class MarginTerm : ILossTerm
{
    private readonly MarginOptions _options;

    /// <param name="parameters">Receives the boundary.</param>
    /// <param name="options">Settings.</param>
    /// <exception cref="ArgumentException">A setting is out of range.</exception>
    public MarginTerm(ParameterSet parameters, MarginOptions options)
    {
        options.Validate();
        _options = options;
        Boundary = parameters.Add("margin.beta", ParameterRole.MarginBoundary, new Shape(1), (float)options.Boundary);
    }

    /// <inheritdoc/>
    public string Name => "margin";

    /// <inheritdoc/>
    public LossOutputs Uses => LossOutputs.Descriptors;

    /// <summary>Beta [1].</summary>
    public Parameter Boundary { get; }

    /// <inheritdoc/>
    public void Compute(LossBatch batch, float weight, Tensor loss)
    {
        var x = batch.Outputs.Descriptors;
        var (device, others) = (x.Device, Math.Max(1, x.Shape[0] - 1));
        var table = new Shape(x.Shape[0], _options.MaxPositives == 0 ? others : Math.Min(others, _options.MaxPositives));
        var positives = device.Rent(table, ElementType.Int32, MemoryPurpose.Workspace);
        var negatives = device.Rent(table, ElementType.Int32, MemoryPurpose.Workspace);
        device.Operators.DrawNegatives(x, _options.SameClass ? batch.Labels : batch.Images, batch.Real, batch.Draw, _options.Draw, positives, negatives);
        device.Operators.MarginLoss(x, positives, negatives, Boundary.Value, _options.Cost, weight, loss, batch.Gradients.Descriptors, Boundary.Gradient);
        device.Return(negatives);
        device.Return(positives);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
    }
}
