using System.Numerics;

namespace Retrieval.Datasets.World;

/// <summary>
/// A small generator (SplitMix64) keyed by the world's seed, a purpose and an index: each landmark and each view
/// draws from a stream of its own, so that any of them is made alone and equals the one made in a batch.
/// </summary>
internal sealed class WorldRandom
{
    private ulong _state;

    public WorldRandom(int seed, RandomStream stream, int index, int attempt = 0)
    {
        _state = Mix((uint)seed + 0x9E3779B97F4A7C15UL * ((ulong)stream + 1));
        _state = Mix(_state + (uint)index);
        _state = Mix(_state + (uint)attempt);
    }

    public ulong Next() => Mix(_state += 0x9E3779B97F4A7C15UL);

    /// <summary>Uniform in [0, 1).</summary>
    public float Uniform() => (Next() >> 40) * (1f / (1 << 24));

    public float Uniform(float low, float high) => low + (high - low) * Uniform();

    /// <summary>Uniform in [-<paramref name="reach"/>, +<paramref name="reach"/>).</summary>
    public float Jitter(float reach) => Uniform(-reach, reach);

    /// <summary>Uniform in the logarithm: a factor of two is as likely at any size.</summary>
    public float LogUniform(float low, float high) => low * MathF.Pow(high / low, Uniform());

    /// <summary>A whole number from <paramref name="low"/> to <paramref name="high"/>, both included.</summary>
    public int Between(int low, int high) => low + (int)(Uniform() * (high - low + 1));

    public bool Chance(float probability) => Uniform() < probability;

    public T Pick<T>(ReadOnlySpan<T> choices) => choices[(int)(Uniform() * choices.Length)];

    /// <summary>A colour whose three channels are each scaled by up to <paramref name="reach"/>.</summary>
    public Vector3 Tint(Vector3 colour, float reach) =>
        colour * new Vector3(1 + Jitter(reach), 1 + Jitter(reach), 1 + Jitter(reach));

    /// <summary>About normal (the sum of four uniform 16-bit parts), mean 0, variance 1; one call of the generator.</summary>
    public float Gaussian()
    {
        var bits = Next();
        var sum = (bits & 0xFFFF) + ((bits >> 16) & 0xFFFF) + ((bits >> 32) & 0xFFFF) + (bits >> 48);
        return ((float)sum * (1f / 65536) - 2f) * 1.7320508f;
    }

    private static ulong Mix(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9UL;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EBUL;
        return z ^ (z >> 31);
    }
}
