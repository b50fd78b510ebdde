namespace Retrieval.Host;

public sealed partial class Operators
{
    /// <summary>One Adam or AdamW step over all parameters, bias-corrected, epsilon outside the root of the corrected second moment.</summary>
    public void Adam(ReadOnlySpan<OptimizerSlot> slots, AdamStep step)
    {
        Require.That(step.Step >= 1, nameof(Adam), $"step {step.Step}: steps count from 1");
        foreach (var slot in slots)
        {
            RequireSlot(nameof(Adam), slot);
            Require.Shape(nameof(Adam), "second moment", slot.SecondMoment, slot.Weights.Shape, _device);
        }
        _backend.Adam(slots, step);
    }

    /// <summary>One SGD step with momentum over all parameters; g += decay * w first.</summary>
    public void Sgd(ReadOnlySpan<OptimizerSlot> slots, SgdStep step)
    {
        foreach (var slot in slots)
            RequireSlot(nameof(Sgd), slot);
        _backend.Sgd(slots, step);
    }

    private void RequireSlot(string op, in OptimizerSlot slot)
    {
        Require.Tensor(op, "weights", slot.Weights, _device);
        Require.Shape(op, "gradient", slot.Gradient, slot.Weights.Shape, _device);
        Require.Shape(op, "momentum", slot.Momentum, slot.Weights.Shape, _device);
    }
}
