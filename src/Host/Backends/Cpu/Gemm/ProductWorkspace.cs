namespace Retrieval.Host.Backends.Cpu.Gemm;

/// <summary>One thread's room while it multiplies: a packed row block, a panel, a tile, and the places of the block's rows. About 300 KiB.</summary>
internal readonly unsafe struct ProductWorkspace(float* address)
{
    private static int BlockFloats => Blocking.CeilingDivide(Blocking.BlockRows, Blocking.TileRows) * Blocking.TileFloats;

    private static int PanelFloats => Blocking.MaxDepth * Blocking.TileColumns;

    private static int TileFloats => Blocking.TileRows * Blocking.TileColumns;

    /// <summary>Floats of the whole, a multiple of a cache line.</summary>
    public static int FloatCount => (BlockFloats + PanelFloats + TileFloats + (2 * Blocking.BlockRows) + 15) / 16 * 16;

    public float* Block => address;

    public float* Panel => address + BlockFloats;

    public float* Tile => Panel + PanelFloats;

    public long* Offsets => (long*)(Tile + TileFloats);
}
