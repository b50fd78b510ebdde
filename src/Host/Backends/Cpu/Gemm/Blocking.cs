using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;

namespace Retrieval.Host.Backends.Cpu.Gemm;

/// <summary>
/// The sizes that fit a product into registers and caches. A panel of the right operand (MaxDepth x TileColumns) stays in
/// the first-level cache while the tiles of a row block (BlockRows x MaxDepth) pass over it from the second level.
/// </summary>
internal static class Blocking
{
    /// <summary>Deepest block of the inner dimension.</summary>
    public const int MaxDepth = 288;

    /// <summary>Most rows of the left operand that are packed at once.</summary>
    public const int BlockRows = 168;

    /// <summary>Rows of a tile: as many as leave registers for a panel's two vectors and one broadcast value.</summary>
    public static int TileRows => Vector512.IsHardwareAccelerated ? 14 : AdvSimd.IsSupported ? 12 : 6;

    /// <summary>Columns of a tile and of a packed panel: two vectors.</summary>
    public static int TileColumns => 2 * (Vector512.IsHardwareAccelerated ? 16 : Vector256.IsHardwareAccelerated ? 8 : 4);

    /// <summary>Floats that hold a packed tile of either layout.</summary>
    public static int TileFloats => Math.Max(TileRows * RowLayout.RowStride, MaxDepth * ColumnLayout.DepthStride);

    /// <summary>Number of depth blocks of an inner dimension; an empty one still has a block, which writes the zeros.</summary>
    public static int DepthBlocks(int depth) => Math.Max(1, CeilingDivide(depth, MaxDepth));

    /// <summary>Length of each depth block but the last: all alike, a multiple of 16.</summary>
    public static int DepthPerBlock(int depth) => CeilingDivide(CeilingDivide(depth, DepthBlocks(depth)), 16) * 16;

    public static int CeilingDivide(int value, int divisor) => (int)(((long)value + divisor - 1) / divisor);

    /// <summary>Start of part <paramref name="index"/> when a count is split into parts that differ by one at most.</summary>
    public static int Split(int count, int parts, int index) => (int)((long)count * index / parts);
}
