using System.Runtime.CompilerServices;

namespace Retrieval.Host.Backends.Cpu.Gemm;

/// <summary>
/// Multiplies some rows by a range of panels on one thread. The panels of a depth block lie in the second-level cache; a few tiles of rows at a
/// time are packed into the first-level cache and pass over all of them; meanwhile what is packed next is fetched.
/// </summary>
internal unsafe struct BlockProduct<TLeft, TRight, TLayout>(TLeft left, TRight right, ProductOutput output, int columns, ProductWorkspace workspace)
    where TLeft : struct, ILeftOperand<TLayout>
    where TRight : struct, IRightOperand
    where TLayout : struct, ITileLayout
{
    private const int NoPart = -1;

    private Piece _piece;
    private float* _packed;
    private int _leftPart, _rightPart;

    /// <summary>Computes a piece of at most <see cref="Blocking.RangePanels"/> panels.</summary>
    public void Run(in Piece piece)
    {
        _piece = piece;
        int rowBlocks = Blocking.CeilingDivide(piece.Rows, Blocking.BlockRows), depthBlocks = Blocking.DepthBlocks(piece.Depths);
        for (var step = 0; step < rowBlocks * depthBlocks; step++)
        {
            var now = BlockAt(step, rowBlocks, depthBlocks);
            if (now.Depth == piece.Depth)
                output.Rows.Offsets(now.Row, now.Rows, workspace.Offsets);
            if (now.Depths > 0 && (depthBlocks > 1 || step == 0))
                _packed = right.Panels(piece.Panel, piece.Panel + piece.Panels, now.Depth, now.Depths, workspace.Panels);
            MultiplyBlock(now, step + 1 < rowBlocks * depthBlocks ? BlockAt(step + 1, rowBlocks, depthBlocks) : default);
        }
    }

    /// <summary>Number <paramref name="step"/> of the piece's blocks: all depths of a row block, then the next row block.</summary>
    private readonly Block BlockAt(int step, int rowBlocks, int depthBlocks)
    {
        int block = step / depthBlocks, depthPerBlock = Blocking.DepthPerBlock(_piece.Depths), depth = step % depthBlocks * depthPerBlock;
        int row = Blocking.Split(_piece.Rows, rowBlocks, block), end = Blocking.Split(_piece.Rows, rowBlocks, block + 1);
        return new Block(_piece.Row + row, end - row, _piece.Depth + depth, Math.Min(depthPerBlock, _piece.Depths - depth));
    }

    private void MultiplyBlock(in Block now, in Block next)
    {
        _rightPart = next.Depths > 0 && next.Depth != now.Depth ? 0 : NoPart;
        var groups = Blocking.CeilingDivide(now.Rows, TLeft.GroupRows);
        for (var group = 0; group < groups; group++)
        {
            int row = Blocking.Split(now.Rows, groups, group), end = Blocking.Split(now.Rows, groups, group + 1);
            if (now.Depths > 0)
                left.Pack(now.Row + row, end - row, now.Depth, now.Depths, workspace.Left);
            var ahead = group + 1 < groups ? now with { Row = now.Row + end } : next;
            _leftPart = ahead.Rows > 0 ? 0 : NoPart;
            MultiplyGroup(now, ahead with { Rows = Math.Min(ahead.Rows, end - row) }, next, row, end - row);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private void MultiplyGroup(in Block now, in Block ahead, in Block next, int row, int rows)
    {
        bool first = now.Depth == _piece.Depth, last = now.Depth + now.Depths == _piece.Depth + _piece.Depths;
        var tiles = Blocking.CeilingDivide(rows, Blocking.TileRows);
        for (var tile = 0; tile < tiles; tile++)
        {
            int from = Blocking.Split(rows, tiles, tile), count = Blocking.Split(rows, tiles, tile + 1) - from;
            var offsets = workspace.Offsets + row + from;
            for (var p = 0; p < _piece.Panels; p++)
            {
                int column = (_piece.Panel + p) * Blocking.TileColumns, width = Math.Min(Blocking.TileColumns, columns - column);
                Prefetch.Tile(output.Address + column, offsets, count);
                var hint = NextHint(ahead, next);
                Kernels.Multiply<TLayout>(count, workspace.Left + (from * TLayout.RowStride), _packed + (p * now.Depths * Blocking.TileColumns), now.Depths, workspace.Tile, hint);
                Kernels.Store(workspace.Tile, count, width, output, offsets, column, first, last);
            }
        }
    }

    /// <summary>A part of what is packed next, the next rows or the panels of the next block if they are others, as long as there are parts left.</summary>
    private Hint NextHint(in Block ahead, in Block next)
    {
        Hint hint;
        if (_leftPart >= 0)
        {
            if (left.RowsAhead(ahead.Row, ahead.Rows, ahead.Depth, ahead.Depths, _leftPart++, out hint))
                return hint;
            _leftPart = NoPart;
        }
        if (_rightPart >= 0)
        {
            if (right.PanelsAhead(_piece.Panel, _piece.Panel + _piece.Panels, next.Depth, next.Depths, _rightPart++, out hint))
                return hint;
            _rightPart = NoPart;
        }
        return Hint.None(workspace.Left);
    }

    /// <summary>A row block at one depth block.</summary>
    private readonly record struct Block(int Row, int Rows, int Depth, int Depths);
}
