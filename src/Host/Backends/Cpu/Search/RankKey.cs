using System.Runtime.CompilerServices;

namespace Retrieval.Host.Backends.Cpu.Search;

/// <summary>A score and a row as one number whose order is the ranking: higher scores first, what is not a number last, equal scores by rising row.</summary>
internal static class RankKey
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Of(float score, int row)
    {
        // Adding zero makes -0 the same score as 0. A negative float's bits fall as it rises, so they are turned over.
        var bits = BitConverter.SingleToInt32Bits(score + 0f);
        var rank = float.IsNaN(score) ? 0 : (uint)(bits ^ ((bits >> 31) & int.MaxValue)) ^ 0x80000000;
        return ((ulong)rank << 32) | (uint)~row;
    }

    public static int Row(ulong key) => (int)~(uint)key;

    public static float Score(ulong key)
    {
        var rank = (uint)(key >> 32);
        if (rank == 0)
            return float.NaN;
        var bits = (int)(rank ^ 0x80000000);
        return BitConverter.Int32BitsToSingle(bits ^ ((bits >> 31) & int.MaxValue));
    }
}
