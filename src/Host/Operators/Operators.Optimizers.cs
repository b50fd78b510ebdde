namespace Retrieval.Host;

public sealed partial class Operators
{
    /// <summary>One Adam or AdamW step over all parameters, bias-corrected, epsilon outside the root of the corrected second moment.</summary>
    public void Adam(ReadOnlySpan<OptimizerSlot> slots, AdamStep step)
    {
        _device.RefuseInRecordedWork(nameof(Adam));
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
        _device.RefuseInRecordedWork(nameof(Sgd));
        foreach (var slot in slots)
            RequireSlot(nameof(Sgd), slot);
        _backend.Sgd(slots, step);
    }

    /// <summary>
    /// The L2 norm over all gradients together: norm = sqrt(sum g^2), squares and sums in float64, so that any finite gradients have
    /// theirs (infinite where it exceeds float32). 0 without any element; not a number if one element is none.
    /// </summary>
    /// <param name="gradients">Tensors of any shape.</param>
    /// <param name="norm">Receives one value.</param>
    public void GradientNorm(ReadOnlySpan<Tensor> gradients, Tensor norm)
    {
        _device.RefuseInRecordedWork(nameof(GradientNorm));
        foreach (var gradient in gradients)
            Require.Tensor(nameof(GradientNorm), "gradient", gradient, _device);
        Require.Count(nameof(GradientNorm), "norm", norm, 1, _device);
        _backend.GradientNorm(gradients, norm);
    }

    /// <summary>
    /// Scales all gradients by min(1, limit / (norm + 1e-6)), so that their common norm does not exceed the limit. The norm stays on the
    /// device: nothing waits for it. An infinite norm makes finite gradients 0 and infinite ones not a number; a norm that is not a
    /// number makes all gradients so.
    /// </summary>
    /// <param name="gradients">Tensors of any shape, changed in place.</param>
    /// <param name="norm">What <see cref="GradientNorm"/> gave for them.</param>
    /// <param name="limit">Above 0, finite.</param>
    public void ClipGradients(ReadOnlySpan<Tensor> gradients, Tensor norm, float limit)
    {
        _device.RefuseInRecordedWork(nameof(ClipGradients));
        Require.That(limit > 0 && float.IsFinite(limit), nameof(ClipGradients), $"limit {limit}: expected a number above 0");
        foreach (var gradient in gradients)
            Require.Tensor(nameof(ClipGradients), "gradient", gradient, _device);
        Require.Count(nameof(ClipGradients), "norm", norm, 1, _device);
        _backend.ClipGradients(gradients, norm, limit);
    }

    private void RequireSlot(string op, in OptimizerSlot slot)
    {
        Require.Tensor(op, "weights", slot.Weights, _device);
        Require.Shape(op, "gradient", slot.Gradient, slot.Weights.Shape, _device);
        Require.Shape(op, "momentum", slot.Momentum, slot.Weights.Shape, _device);
        Require.Optional(op, "working", slot.Working, slot.Weights.Shape, _device, ElementType.BFloat16);
    }
}
