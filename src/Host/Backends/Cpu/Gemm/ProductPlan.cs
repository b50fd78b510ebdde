namespace Retrieval.Host.Backends.Cpu.Gemm;

/// <summary>
/// How a product [Rows, Columns] over Depth is cut into pieces: a grid of row blocks by column ranges, each over all depth blocks. The
/// cut changes no result: an element's addends come in the same order in every plan.
/// </summary>
internal readonly record struct ProductPlan(int Rows, int Columns, int Depth, int RowBlocks, int ColumnRanges)
{
    /// <summary>A plan with enough pieces to keep the threads busy.</summary>
    public static ProductPlan For(int rows, int columns, int depth, int threads)
    {
        int panels = Blocking.CeilingDivide(columns, Blocking.TileColumns), rowBlocks = Blocking.CeilingDivide(rows, Blocking.BlockRows);
        if (threads > 1 && rowBlocks < 8 * threads && rowBlocks >= threads)
            rowBlocks = Blocking.CeilingDivide(rowBlocks, threads) * threads;
        var ranges = Blocking.CeilingDivide(panels, Blocking.RangePanels);
        if (rowBlocks * ranges < 2 * threads)
            ranges = Math.Min(panels, Blocking.CeilingDivide(2 * threads, rowBlocks));
        return new ProductPlan(rows, columns, depth, rowBlocks, ranges);
    }

    /// <summary>Pieces that any thread may do in any order.</summary>
    public int Count => RowBlocks * ColumnRanges;

    public int Panels => Blocking.CeilingDivide(Columns, Blocking.TileColumns);

    /// <summary>Rows and panels of a piece, as [from, to).</summary>
    public (int Row, int RowEnd, int Panel, int PanelEnd) Piece(int index)
    {
        int block = index / ColumnRanges, range = index % ColumnRanges;
        return (Blocking.Split(Rows, RowBlocks, block), Blocking.Split(Rows, RowBlocks, block + 1),
            Blocking.Split(Panels, ColumnRanges, range), Blocking.Split(Panels, ColumnRanges, range + 1));
    }
}
