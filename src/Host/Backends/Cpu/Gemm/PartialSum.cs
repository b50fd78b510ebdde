using System.Runtime.Intrinsics;

namespace Retrieval.Host.Backends.Cpu.Gemm;

/// <summary>target = (accumulate ? target : 0) + the sum of some arrays of as many floats, one after the other.</summary>
internal readonly unsafe struct PartialSum(float* parts, int count, long length, float* target, bool accumulate) : IParallelBody
{
    private const int PieceLength = 1 << 14;

    public int Pieces => (int)((length + PieceLength - 1) / PieceLength);

    public void Run(int index, int worker)
    {
        long i = (long)index * PieceLength, end = Math.Min(length, i + PieceLength);
        for (; i <= end - Vector256<float>.Count; i += Vector256<float>.Count)
        {
            var sum = accumulate ? Vector256.Load(target + i) : Vector256<float>.Zero;
            for (var part = 0; part < count; part++)
                sum += Vector256.Load(parts + (part * length) + i);
            sum.Store(target + i);
        }
        for (; i < end; i++)
        {
            var sum = accumulate ? target[i] : 0;
            for (var part = 0; part < count; part++)
                sum += parts[(part * length) + i];
            target[i] = sum;
        }
    }
}
