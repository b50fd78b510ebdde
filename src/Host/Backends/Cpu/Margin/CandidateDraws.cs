using System.Runtime.CompilerServices;

namespace Retrieval.Host.Backends.Cpu.Margin;

/// <summary>
/// A Gumbel variable for each candidate of a row's draw: the candidate whose logarithmic weight and variable have the largest sum is
/// drawn with the chance that its weight has, and the next ones as if drawn after it without replacement. The numbers are those of
/// candidate_draws.cuh.
/// </summary>
/// <param name="seed">Seed and step.</param>
/// <param name="row">The row that draws.</param>
/// <param name="draw">Which of the row's independent draws.</param>
internal readonly unsafe struct CandidateDraws(long* seed, int row, int draw)
{
    private const ulong GoldenRatio = 0x9E3779B97F4A7C15;

    private readonly ulong _state = Next(Next(Next((ulong)seed[0], (ulong)seed[1]), (ulong)row), (ulong)draw);

    public double this[int candidate]
    {
        get
        {
            // Never 0 or 1: the logarithms are finite.
            var uniform = ((Mix(_state + (GoldenRatio * ((ulong)candidate + 1))) >> 11) + 0.5) * (1.0 / (1UL << 53));
            return -Math.Log(-Math.Log(uniform));
        }
    }

    private static ulong Next(ulong state, ulong part) => Mix(Mix(state + GoldenRatio) + part);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Mix(ulong value)
    {
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
        return value ^ (value >> 31);
    }
}
