using System.Numerics;
using System.Runtime.CompilerServices;
using Retrieval.Host.Backends.Cpu.Gemm;

namespace Retrieval.Host.Backends.Cpu;

/// <summary>Sums of squares in double, one a piece. The pieces depend on the length alone, so that the total does not depend on the threads.</summary>
internal readonly unsafe struct SquareSums(float* values, long count, double* sums) : IParallelBody
{
    private const long PieceLength = 1 << 15;

    private readonly float* _values = values;
    private readonly long _count = count;
    private readonly double* _sums = sums;

    /// <summary>The sum of a tensor's squares.</summary>
    public static double Total(WorkerTeam team, Tensor tensor)
    {
        var pieces = checked((int)((tensor.Count + PieceLength - 1) / PieceLength));
        using var scratch = new Scratch(tensor.Device, (long)pieces * (sizeof(double) / sizeof(float)));
        var sums = (double*)scratch.Address;
        team.For(pieces, new SquareSums(tensor.Pointer<float>(), tensor.Count, sums));
        var total = 0.0;
        for (var piece = 0; piece < pieces; piece++)
            total += sums[piece];
        return total;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Run(int index, int worker)
    {
        long i = index * PieceLength, end = Math.Min(_count, i + PieceLength);
        Vector<double> lows = default, highs = default;
        for (; i <= end - Vector<float>.Count; i += Vector<float>.Count)
        {
            Vector.Widen(Vector.Load(_values + i), out var low, out var high);
            lows += low * low;
            highs += high * high;
        }
        var sum = Vector.Sum(lows + highs);
        for (; i < end; i++)
            sum += (double)_values[i] * _values[i];
        _sums[index] = sum;
    }
}
