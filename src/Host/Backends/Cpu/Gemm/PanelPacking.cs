namespace Retrieval.Host.Backends.Cpu.Gemm;

/// <summary>Packs a right operand once for all the row blocks that will read it; a piece is a few panels of one depth block.</summary>
internal readonly unsafe struct PanelPacking<TRight>(TRight source, PackedPanels target, int depth, int columns) : IParallelBody
    where TRight : struct, IRightOperand
{
    /// <summary>Number of pieces.</summary>
    public int Count => Blocking.DepthBlocks(depth) * Ranges;

    private int Panels => Blocking.CeilingDivide(columns, Blocking.TileColumns);

    private int Ranges => Blocking.CeilingDivide(Panels, Blocking.RangePanels);

    public void Run(int index, int worker)
    {
        int perBlock = Blocking.DepthPerBlock(depth), from = index / Ranges * perBlock, depths = Math.Min(perBlock, depth - from);
        int panel = Blocking.Split(Panels, Ranges, index % Ranges), panelEnd = Blocking.Split(Panels, Ranges, (index % Ranges) + 1);
        if (depths > 0)
            source.Panels(panel, panelEnd, from, depths, target.Address(panel, from, depths));
    }
}
