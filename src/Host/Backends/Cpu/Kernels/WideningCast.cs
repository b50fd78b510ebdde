using System.Numerics;
using System.Runtime.CompilerServices;

namespace Retrieval.Host.Backends.Cpu;

/// <summary>bfloat16 to float32, piece by piece.</summary>
internal readonly unsafe struct WideningCast(ushort* x, float* y, long count) : IParallelBody
{
    private const long PieceLength = 1 << 15;

    private readonly ushort* _x = x;
    private readonly uint* _y = (uint*)y;
    private readonly long _count = count;

    public static void Run(WorkerTeam team, ushort* x, float* y, long count) =>
        team.For(checked((int)((count + PieceLength - 1) / PieceLength)), new WideningCast(x, y, count));

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Run(int index, int worker)
    {
        long i = index * PieceLength, end = Math.Min(_count, i + PieceLength);
        for (; i <= end - Vector<ushort>.Count; i += Vector<ushort>.Count)
        {
            Vector.Widen(Vector.Load(_x + i), out var low, out var high);
            (low << 16).Store(_y + i);
            (high << 16).Store(_y + i + Vector<uint>.Count);
        }
        for (; i < end; i++)
            _y[i] = (uint)_x[i] << 16;
    }
}
