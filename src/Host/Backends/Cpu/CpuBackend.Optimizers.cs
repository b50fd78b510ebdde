namespace Retrieval.Host.Backends.Cpu;

internal sealed unsafe partial class CpuBackend
{
    public void Adam(ReadOnlySpan<OptimizerSlot> slots, AdamStep step)
    {
        foreach (ref readonly var slot in slots)
            ElementLoop<AdamKernel>.Run(_team, slot.Weights.Count, new AdamKernel(slot, step));
    }

    public void Sgd(ReadOnlySpan<OptimizerSlot> slots, SgdStep step)
    {
        foreach (ref readonly var slot in slots)
            ElementLoop<SgdKernel>.Run(_team, slot.Weights.Count, new SgdKernel(slot, step));
    }
}
