using System.Numerics;

namespace Retrieval.Imaging;

/// <summary>
/// Random numbers that a seed determines for good, on any machine and any version of .NET: xoshiro256**, its state filled by
/// splitmix64. Not thread-safe; draw a stream of its own for each thread or item: <c>new SeededRandom(seed, epoch, index)</c>.
/// </summary>
public sealed class SeededRandom
{
    private const ulong GoldenRatio = 0x9E3779B97F4A7C15;

    private ulong _a;
    private ulong _b;
    private ulong _c;
    private ulong _d;

    /// <param name="seed">The run's seed.</param>
    /// <param name="stream">Which of the seed's independent streams: epoch, item, purpose; any count of numbers.</param>
    public SeededRandom(ulong seed, params ReadOnlySpan<ulong> stream)
    {
        var state = SeedOf(seed, stream);
        _a = Mix(state += GoldenRatio);
        _b = Mix(state += GoldenRatio);
        _c = Mix(state += GoldenRatio);
        _d = Mix(state + GoldenRatio);
    }

    /// <summary>One number that stands for a seed and a stream: <c>new SeededRandom(SeedOf(seed, stream))</c> draws what <c>new SeededRandom(seed, stream)</c> draws.</summary>
    public static ulong SeedOf(ulong seed, params ReadOnlySpan<ulong> stream)
    {
        foreach (var part in stream)
            seed = Mix(Mix(seed + GoldenRatio) + part);
        return seed;
    }

    /// <summary>64 uniform bits.</summary>
    public ulong NextUInt64()
    {
        var result = BitOperations.RotateLeft(_b * 5, 7) * 9;
        var shifted = _b << 17;
        _c ^= _a;
        _d ^= _b;
        _b ^= _c;
        _a ^= _d;
        _c ^= shifted;
        _d = BitOperations.RotateLeft(_d, 45);
        return result;
    }

    /// <summary>Uniform in 0 .. <paramref name="exclusiveMax"/> - 1, without bias.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="exclusiveMax"/> is not positive.</exception>
    public int Next(int exclusiveMax)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(exclusiveMax);
        // The multiples of the range that fit evenly; the rest of the 64 bits is drawn again.
        var range = (ulong)exclusiveMax;
        var rejected = (0 - range) % range;
        while (true)
        {
            var high = Math.BigMul(NextUInt64(), range, out var low);
            if (low >= rejected)
                return (int)high;
        }
    }

    /// <summary>Uniform in [0, 1), 53 bits.</summary>
    public double NextDouble() => (NextUInt64() >> 11) * (1.0 / (1UL << 53));

    /// <summary>Uniform in [<paramref name="min"/>, <paramref name="max"/>).</summary>
    public double NextDouble(double min, double max) => min + ((max - min) * NextDouble());

    /// <summary>True with the given probability.</summary>
    public bool NextBoolean(double probability = 0.5) => NextDouble() < probability;

    /// <summary>Standard normal (Box-Muller; two uniform draws a value).</summary>
    public double NextGaussian() => Math.Sqrt(-2 * Math.Log(1 - NextDouble())) * Math.Cos(2 * Math.PI * NextDouble());

    /// <summary>Puts the items in random order, each order equally likely.</summary>
    public void Shuffle<T>(Span<T> items)
    {
        for (var last = items.Length - 1; last > 0; last--)
        {
            var other = Next(last + 1);
            (items[last], items[other]) = (items[other], items[last]);
        }
    }

    private static ulong Mix(ulong value)
    {
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
        return value ^ (value >> 31);
    }
}
