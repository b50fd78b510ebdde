namespace Retrieval.Host.Backends.Cpu.Gemm;

/// <summary>How a packed tile of the left operand lies in memory, as constants that become part of the kernel's addresses.</summary>
internal interface ITileLayout
{
    /// <summary>Floats from one row of the tile to the next.</summary>
    static abstract int RowStride { get; }

    /// <summary>Floats from one depth to the next.</summary>
    static abstract int DepthStride { get; }
}

/// <summary>Row after row, for a left operand whose depth is contiguous.</summary>
internal readonly struct RowLayout : ITileLayout
{
    // The 16 floats beyond the depth keep the rows of a tile in different sets of the first-level cache.
    public static int RowStride => Blocking.MaxDepth + 16;

    public static int DepthStride => 1;
}

/// <summary>Depth after depth, for a left operand whose rows are contiguous (a transposed matrix).</summary>
internal readonly struct ColumnLayout : ITileLayout
{
    public static int RowStride => 1;

    public static int DepthStride => 16;
}
