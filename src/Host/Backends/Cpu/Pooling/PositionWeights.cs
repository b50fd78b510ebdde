namespace Retrieval.Host.Backends.Cpu;

/// <summary>Weights of the positions that follow one another from a first one: a mask's, or all the same.</summary>
internal readonly unsafe struct PositionWeights(float* mask, float uniform)
{
    /// <summary>The smallest normal number: what weighs less weighs nothing.</summary>
    public const float Smallest = 1.17549435e-38f;

    private readonly float* _mask = mask;
    private readonly float _uniform = uniform;

    public float this[long position] => _mask == null ? _uniform : _mask[position];
}
