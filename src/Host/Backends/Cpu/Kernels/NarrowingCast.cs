using System.Numerics;
using System.Runtime.CompilerServices;

namespace Retrieval.Host.Backends.Cpu;

/// <summary>float32 to the nearest bfloat16, piece by piece: <see cref="BFloat16"/>'s rounding, a register at a time.</summary>
internal readonly unsafe struct NarrowingCast(float* x, BFloat16* y, long count) : IParallelBody
{
    private const long PieceLength = 1 << 15;

    private readonly float* _x = x;
    private readonly BFloat16* _y = y;
    private readonly long _count = count;

    public static void Run(WorkerTeam team, float* x, BFloat16* y, long count) =>
        team.For(checked((int)((count + PieceLength - 1) / PieceLength)), new NarrowingCast(x, y, count));

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Run(int index, int worker)
    {
        long i = index * PieceLength, end = Math.Min(_count, i + PieceLength);
        for (; i <= end - Vector<ushort>.Count; i += Vector<ushort>.Count)
            Vector.Narrow(Rounded(_x + i), Rounded(_x + i + Vector<uint>.Count)).Store((ushort*)_y + i);
        for (; i < end; i++)
            _y[i] = (BFloat16)_x[i];
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector<uint> Rounded(float* source)
    {
        var words = Vector.Load((uint*)source);
        var rounded = (words + new Vector<uint>(0x7fff) + ((words >> 16) & Vector<uint>.One)) >> 16;
        var isNumber = Vector.LessThanOrEqual(words & new Vector<uint>(0x7fffffff), new Vector<uint>(0x7f800000));
        return Vector.ConditionalSelect(isNumber, rounded, new Vector<uint>(0x7fff));
    }
}
