namespace Retrieval.Host.Backends.Cpu.Triplets;

/// <summary>
/// The prototype that faces each slot of an identity: the mean of the identity's other real slots. <c>default</c> stands for none.
/// </summary>
/// <param name="x">[count, dimension], the slots of an identity one after another.</param>
/// <param name="real">[count], or null.</param>
/// <param name="count">Slots of all identities.</param>
/// <param name="slots">Slots of an identity.</param>
/// <param name="dimension">D.</param>
/// <param name="means">[count, dimension].</param>
/// <param name="members">[count]: 1 for a slot that takes part with its prototype.</param>
/// <param name="gradient">[count, dimension]: gradient of the means.</param>
internal readonly unsafe struct Prototypes(float* x, int* real, int count, int slots, int dimension, float* means, int* members, float* gradient) : IParallelBody
{
    public int Count => count;

    /// <summary>Makes the prototypes of an identity.</summary>
    public void Run(int index, int worker)
    {
        var first = index * slots;
        var filled = Filled(first);
        for (var slot = first; slot < first + slots; slot++)
        {
            members[slot] = IsReal(slot) && filled >= 2 ? 1 : 0;
            new Span<float>(Mean(slot), dimension).Clear();
            if (members[slot] != 0)
                for (var other = first; other < first + slots; other++)
                    if (other != slot && IsReal(other))
                        LaneSweep.Run(new AddScaledKernel(1f / (filled - 1), x + ((long)other * dimension), 1, Mean(slot)), 0, dimension);
        }
    }

    public float* Gradient(int slot) => gradient + ((long)slot * dimension);

    /// <summary>Sets some dimensions of the gradient to zero.</summary>
    public void ClearGradient(int first, int width)
    {
        for (var slot = 0; slot < count; slot++)
            new Span<float>(Gradient(slot) + first, width).Clear();
    }

    /// <summary>Adds some dimensions of the gradient to the slots that the means were made of.</summary>
    public void PassOn(float* dx, int first, int width)
    {
        for (var start = 0; start < count; start += slots)
        {
            var filled = Filled(start);
            for (var slot = start; slot < start + slots; slot++)
                for (var other = start; other < start + slots && members[slot] != 0; other++)
                    if (other != slot && IsReal(other))
                        LaneSweep.Run(new AddScaledKernel(1f / (filled - 1), Gradient(slot) + first, 1, dx + ((long)other * dimension) + first), 0, width);
        }
    }

    private float* Mean(int slot) => means + ((long)slot * dimension);

    private bool IsReal(int slot) => real == null || real[slot] != 0;

    private int Filled(int first)
    {
        var filled = 0;
        for (var slot = first; slot < first + slots; slot++)
            filled += IsReal(slot) ? 1 : 0;
        return filled;
    }
}
