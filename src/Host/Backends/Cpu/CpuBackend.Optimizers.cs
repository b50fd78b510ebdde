namespace Retrieval.Host.Backends.Cpu;

internal sealed unsafe partial class CpuBackend
{
    public void Adam(ReadOnlySpan<OptimizerSlot> slots, AdamStep step)
    {
        foreach (ref readonly var slot in slots)
        {
            ElementLoop<AdamKernel>.Run(_team, slot.Weights.Count, new AdamKernel(slot, step));
            WriteWorking(slot);
        }
    }

    public void Sgd(ReadOnlySpan<OptimizerSlot> slots, SgdStep step)
    {
        foreach (ref readonly var slot in slots)
        {
            ElementLoop<SgdKernel>.Run(_team, slot.Weights.Count, new SgdKernel(slot, step));
            WriteWorking(slot);
        }
    }

    public void GradientNorm(ReadOnlySpan<Tensor> gradients, Tensor norm)
    {
        var sum = 0.0;
        foreach (var gradient in gradients)
            sum += SquareSums.Total(_team, gradient);
        norm.Pointer<float>()[0] = (float)Math.Sqrt(sum);
    }

    public void ClipGradients(ReadOnlySpan<Tensor> gradients, Tensor norm, float limit)
    {
        var factor = limit / (norm.Pointer<float>()[0] + 1e-6f);
        // A factor that is not a number reaches the gradients.
        if (factor >= 1)
            return;
        foreach (var gradient in gradients)
            ElementLoop<AddScaledKernel>.Run(_team, gradient.Count, new AddScaledKernel(factor, gradient.Pointer<float>(), 0, gradient.Pointer<float>()));
    }

    private void WriteWorking(in OptimizerSlot slot)
    {
        if (!slot.Working.IsNone)
            NarrowingCast.Run(_team, slot.Weights.Pointer<float>(), slot.Working.Pointer<BFloat16>(), slot.Weights.Count);
    }
}
