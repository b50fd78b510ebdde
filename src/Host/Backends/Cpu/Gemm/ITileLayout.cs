using System.Runtime.CompilerServices;

namespace Retrieval.Host.Backends.Cpu.Gemm;

/// <summary>How the packed rows of the left operand lie in memory, as constants that become part of the kernel's addresses.</summary>
internal interface ITileLayout
{
    /// <summary>Floats from one row to the next.</summary>
    static abstract int RowStride { get; }

    /// <summary>Floats from one depth to the next.</summary>
    static abstract int DepthStride { get; }
}

/// <summary>Row after row, for a left operand whose depth is contiguous.</summary>
internal readonly struct RowLayout : ITileLayout
{
    // The 16 floats beyond the depth keep the rows of a tile in different sets of the first-level cache.
    public static int RowStride
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Blocking.MaxDepth + 16;
    }

    public static int DepthStride
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => 1;
    }
}

/// <summary>Depth after depth, for a left operand whose rows are contiguous (a transposed matrix).</summary>
internal readonly struct ColumnLayout : ITileLayout
{
    /// <summary>Most rows that are packed at once.</summary>
    public const int MaxRows = 256;

    public static int RowStride
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => 1;
    }

    // As above: the depths of a tile lie in different sets.
    public static int DepthStride
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => MaxRows + 16;
    }
}
