using System.Runtime.CompilerServices;

namespace Retrieval.Host.Backends.Cpu.Gemm;

/// <summary>Multiplies one row block by a range of panels: packs the rows into the second-level cache, then lets them pass over panel after panel.</summary>
internal static unsafe class BlockProduct<TLeft, TRight, TLayout>
    where TLeft : struct, ILeftOperand<TLayout>
    where TRight : struct, IRightOperand
    where TLayout : struct, ITileLayout
{
    /// <param name="left">Left operand.</param>
    /// <param name="right">Right operand.</param>
    /// <param name="output">Where the product goes.</param>
    /// <param name="row">First row.</param>
    /// <param name="rowEnd">Row after the last; at most <see cref="Blocking.BlockRows"/> from the first.</param>
    /// <param name="panel">First panel.</param>
    /// <param name="panelEnd">Panel after the last.</param>
    /// <param name="columns">Columns of the whole product.</param>
    /// <param name="depth">Depth of the whole product.</param>
    /// <param name="workspace">The thread's room.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run(
        in TLeft left, in TRight right, in ProductOutput output, int row, int rowEnd, int panel, int panelEnd, int columns, int depth, ProductWorkspace workspace)
    {
        output.Rows.Offsets(row, rowEnd - row, workspace.Offsets);
        int rows = rowEnd - row, tiles = Blocking.CeilingDivide(rows, Blocking.TileRows), perBlock = Blocking.DepthPerBlock(depth);
        for (int block = 0, blocks = Blocking.DepthBlocks(depth); block < blocks; block++)
        {
            int from = block * perBlock, depths = Math.Min(perBlock, depth - from);
            for (var tile = 0; tile < tiles && depths > 0; tile++)
            {
                int first = Blocking.Split(rows, tiles, tile), end = Blocking.Split(rows, tiles, tile + 1);
                left.PackTile(row + first, end - first, from, depths, workspace.Block + (tile * Blocking.TileFloats));
            }
            for (var p = panel; p < panelEnd; p++)
            {
                var b = depths > 0 ? right.Panel(p, from, depths, workspace.Panel) : workspace.Panel;
                int column = p * Blocking.TileColumns, width = Math.Min(Blocking.TileColumns, columns - column);
                for (var tile = 0; tile < tiles; tile++)
                {
                    int first = Blocking.Split(rows, tiles, tile), count = Blocking.Split(rows, tiles, tile + 1) - first;
                    Kernels.Multiply<TLayout>(count, workspace.Block + (tile * Blocking.TileFloats), b, depths, workspace.Tile);
                    Kernels.Store(workspace.Tile, count, width, output, workspace.Offsets + first, column, block == 0, block == blocks - 1);
                }
            }
        }
    }
}
