using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;

namespace Retrieval.Host.Backends.Cpu.Gemm;

/// <summary>
/// The sizes that fit a product into registers and caches: a tile of the output in registers, a range of panels of the right operand
/// (RangePanels x MaxDepth x TileColumns) in the second-level cache beside the outputs of a block of rows.
/// </summary>
/// <remarks>The compiler folds these into constants only when it inlines them, and does not do so unasked.</remarks>
internal static class Blocking
{
    /// <summary>Deepest block of the inner dimension.</summary>
    public const int MaxDepth = 288;

    /// <summary>Most rows that take their turn over a range of panels before the next depth block.</summary>
    public const int BlockRows = 392;

    /// <summary>Most panels of a range.</summary>
    public const int RangePanels = 8;

    /// <summary>Rows of a tile: as many as leave registers for a panel's two vectors and one broadcast value.</summary>
    public static int TileRows
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Vector512.IsHardwareAccelerated ? 14 : AdvSimd.IsSupported ? 12 : 6;
    }

    /// <summary>Columns of a tile and of a packed panel: two vectors.</summary>
    public static int TileColumns
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Vector512.IsHardwareAccelerated ? 32 : Vector256.IsHardwareAccelerated ? 16 : 8;
    }

    /// <summary>Floats that hold the deepest packed panel.</summary>
    public static int PanelFloats
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => MaxDepth * TileColumns;
    }

    /// <summary>Number of depth blocks of an inner dimension; an empty one still has a block, which writes the zeros.</summary>
    public static int DepthBlocks(int depth) => Math.Max(1, CeilingDivide(depth, MaxDepth));

    /// <summary>Length of each depth block but the last: all alike, a multiple of 16.</summary>
    public static int DepthPerBlock(int depth) => CeilingDivide(CeilingDivide(depth, DepthBlocks(depth)), 16) * 16;

    public static int CeilingDivide(int value, int divisor) => (int)(((long)value + divisor - 1) / divisor);

    /// <summary>Start of part <paramref name="index"/> when a count is split into parts that differ by one at most.</summary>
    public static int Split(int count, int parts, int index) => (int)((long)count * index / parts);
}
