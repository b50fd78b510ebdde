using System.Numerics;

namespace Retrieval.Host.Backends.Cpu;

/// <summary>
/// Random numbers of a seed: xoshiro256** with its state filled by splitmix64, the same on every device (seeded_random.cuh) and as
/// Imaging draws them.
/// </summary>
internal struct SeededDraws
{
    private const ulong GoldenRatio = 0x9E3779B97F4A7C15;

    private ulong _a, _b, _c, _d;

    public SeededDraws(ulong seed)
    {
        _a = Mix(seed += GoldenRatio);
        _b = Mix(seed += GoldenRatio);
        _c = Mix(seed += GoldenRatio);
        _d = Mix(seed + GoldenRatio);
    }

    /// <summary>64 uniform bits.</summary>
    public ulong Next()
    {
        ulong result = BitOperations.RotateLeft(_b * 5, 7) * 9, shifted = _b << 17;
        _c ^= _a;
        _d ^= _b;
        _b ^= _c;
        _a ^= _d;
        _c ^= shifted;
        _d = BitOperations.RotateLeft(_d, 45);
        return result;
    }

    /// <summary>Uniform in 0 .. count - 1, without bias.</summary>
    public int NextBelow(int count)
    {
        ulong range = (ulong)count, rejected = (0 - range) % range;
        while (true)
        {
            var high = Math.BigMul(Next(), range, out var low);
            if (low >= rejected)
                return (int)high;
        }
    }

    /// <summary>Uniform in [0, 1), 53 bits.</summary>
    public double NextDouble() => (Next() >> 11) * (1.0 / (1UL << 53));

    /// <summary>Uniform in [low, high).</summary>
    public double NextDouble(double low, double high) => low + ((high - low) * NextDouble());

    private static ulong Mix(ulong value)
    {
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
        return value ^ (value >> 31);
    }
}
