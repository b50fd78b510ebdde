namespace Retrieval.Host.Backends.Cpu.Gemm;

/// <summary>One thread's room while it multiplies: packed rows, a tile, the places of a block's rows, and panels that are packed on demand. About 600 KiB.</summary>
internal readonly unsafe struct ProductWorkspace(float* address)
{
    private static int LeftFloats => Math.Max(Blocking.TileRows * RowLayout.RowStride, Blocking.MaxDepth * ColumnLayout.DepthStride);

    private static int ResultFloats => Blocking.TileRows * Blocking.TileColumns;

    /// <summary>Floats of the whole, a multiple of a cache line.</summary>
    public static int FloatCount => (LeftFloats + ResultFloats + (2 * Blocking.BlockRows) + (Blocking.RangePanels * Blocking.PanelFloats) + 15) / 16 * 16;

    public float* Left => address;

    public float* Tile => address + LeftFloats;

    public long* Offsets => (long*)(Tile + ResultFloats);

    public float* Panels => (float*)(Offsets + Blocking.BlockRows);
}
