using System.Runtime.CompilerServices;

namespace Retrieval.Host.Backends.Cpu.Triplets;

/// <summary>
/// The hardest pairs found so far, for each thread and row, as keys: the distance's bits above those of the other row. The largest
/// key is the farthest positive and the smallest the nearest negative, the lowest row among equals, in whatever order they are met.
/// What is not a number is harder than any distance.
/// </summary>
/// <param name="memory">8-byte aligned, of <see cref="FloatCount"/> floats.</param>
/// <param name="rows">Rows.</param>
internal readonly unsafe struct HardKeys(float* memory, int rows)
{
    private readonly ulong* _keys = (ulong*)memory;

    public static long FloatCount(int workers, int rows) => 4L * workers * rows;

    public void Clear(int workers)
    {
        for (var worker = 0; worker < workers; worker++)
        {
            new Span<ulong>(Positives(worker), rows).Clear();
            new Span<ulong>(Negatives(worker), rows).Fill(ulong.MaxValue);
        }
    }

    public ulong* Positives(int worker) => _keys + (2L * worker * rows);

    public ulong* Negatives(int worker) => Positives(worker) + rows;

    /// <summary>The key of a positive, above 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Positive(float distance, int row) => ((ulong)Bits(distance) << 32) | ~(uint)row;

    /// <summary>The key of a negative, below all ones.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Negative(float distance, int row) => (float.IsNaN(distance) ? 0 : (ulong)Bits(distance) << 32) | (uint)row;

    /// <summary>A row's farthest positive: row and distance, or -1.</summary>
    public (int Row, float Distance) Farthest(int row, int workers)
    {
        var key = 0UL;
        for (var worker = 0; worker < workers; worker++)
            key = Math.Max(key, Positives(worker)[row]);
        return key == 0 ? (-1, 0) : ((int)~(uint)key, BitConverter.UInt32BitsToSingle((uint)(key >> 32)));
    }

    /// <summary>A row's nearest negative: row and distance, or -1.</summary>
    public (int Row, float Distance) Nearest(int row, int workers)
    {
        var key = ulong.MaxValue;
        for (var worker = 0; worker < workers; worker++)
            key = Math.Min(key, Negatives(worker)[row]);
        return key == ulong.MaxValue ? (-1, 0) : ((int)(uint)key, BitConverter.UInt32BitsToSingle((uint)(key >> 32)));
    }

    private static uint Bits(float distance) => BitConverter.SingleToUInt32Bits(distance);
}
