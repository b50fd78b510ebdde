namespace Retrieval.Host.Backends.Cpu.Gemm;

/// <summary>
/// How a product [Rows, Columns] over Depth is cut into pieces: row blocks by column ranges by depth parts. Only depth parts change a
/// result, in its last bits, since their sums are added up afterwards.
/// </summary>
internal readonly record struct ProductPlan(int Rows, int Columns, int Depth, int RowBlocks, int ColumnRanges, int DepthParts)
{
    private const int SplitPieces = 8;
    private const int SplitDepth = 4 * Blocking.MaxDepth;

    /// <summary>A plan with enough pieces to keep the threads busy and with one depth part: its results do not depend on the number of threads.</summary>
    public static ProductPlan For(int rows, int columns, int depth, int threads)
    {
        int panels = Blocking.CeilingDivide(columns, Blocking.TileColumns), rowBlocks = Blocking.CeilingDivide(rows, Blocking.BlockRows);
        if (threads > 1 && rowBlocks < 8 * threads && rowBlocks >= threads)
            rowBlocks = Blocking.CeilingDivide(rowBlocks, threads) * threads;
        var ranges = Blocking.CeilingDivide(panels, Blocking.RangePanels);
        if (rowBlocks * ranges < 2 * threads)
            ranges = Math.Min(panels, Blocking.CeilingDivide(2 * threads, rowBlocks));
        return new ProductPlan(rows, columns, depth, rowBlocks, ranges, 1);
    }

    /// <summary>A plan for a small output and a great depth, the same for any number of threads.</summary>
    public static ProductPlan ForDepth(int rows, int columns, int depth)
    {
        int rowBlocks = Blocking.CeilingDivide(rows, ColumnLayout.MaxRows);
        var ranges = Blocking.CeilingDivide(Blocking.CeilingDivide(columns, Blocking.TileColumns), Blocking.RangePanels);
        var parts = Math.Min(Blocking.CeilingDivide(SplitPieces, rowBlocks * ranges), depth / SplitDepth);
        return new ProductPlan(rows, columns, depth, rowBlocks, ranges, Math.Max(1, parts));
    }

    /// <summary>Pieces that any thread may do in any order.</summary>
    public int Count => RowBlocks * ColumnRanges * DepthParts;

    private int Panels => Blocking.CeilingDivide(Columns, Blocking.TileColumns);

    /// <summary>Depth part of a piece.</summary>
    public int PartOf(int index) => index / (RowBlocks * ColumnRanges);

    public Piece Piece(int index)
    {
        int part = PartOf(index), block = index / ColumnRanges % RowBlocks, range = index % ColumnRanges;
        int row = Blocking.Split(Rows, RowBlocks, block), panel = Blocking.Split(Panels, ColumnRanges, range), depth = Blocking.Split(Depth, DepthParts, part);
        return new Piece(
            row, Blocking.Split(Rows, RowBlocks, block + 1) - row,
            panel, Blocking.Split(Panels, ColumnRanges, range + 1) - panel,
            depth, Blocking.Split(Depth, DepthParts, part + 1) - depth);
    }
}
