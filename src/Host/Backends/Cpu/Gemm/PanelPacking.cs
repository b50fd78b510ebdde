namespace Retrieval.Host.Backends.Cpu.Gemm;

/// <summary>Packs a right operand once for all the row blocks that will read it; a piece is one panel of one depth block.</summary>
internal readonly unsafe struct PanelPacking<TRight>(TRight source, PackedPanels target, int depth, int columns) : IParallelBody
    where TRight : struct, IRightOperand
{
    /// <summary>Number of pieces.</summary>
    public int Count => Blocking.DepthBlocks(depth) * Panels;

    private int Panels => Blocking.CeilingDivide(columns, Blocking.TileColumns);

    public void Run(int index, int worker)
    {
        int perBlock = Blocking.DepthPerBlock(depth), from = index / Panels * perBlock, panel = index % Panels;
        var depths = Math.Min(perBlock, depth - from);
        source.Panel(panel, from, depths, target.Address(panel, from, depths));
    }
}
