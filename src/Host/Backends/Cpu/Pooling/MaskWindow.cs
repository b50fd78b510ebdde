namespace Retrieval.Host.Backends.Cpu;

/// <summary>The 3 x 3 window of a mask: which position stands at which tap, and whether the window has it.</summary>
internal readonly struct MaskWindow(RegionGrid grid, int region, bool own)
{
    private readonly PoolRegion _bounds = own ? grid[region] : new PoolRegion(0, 0, grid.Height, grid.Width);
    private readonly int _width = grid.Width;

    public PoolRegion Region { get; } = grid[region];

    /// <summary>The position of a tap around (row, column); below 0 where the window reaches over the border.</summary>
    public int At(int row, int column, int tap)
    {
        int y = row + (tap / 3) - 1, x = column + (tap % 3) - 1;
        var inside = y >= _bounds.Row && y < _bounds.Row + _bounds.Height && x >= _bounds.Column && x < _bounds.Column + _bounds.Width;
        return inside ? (y * _width) + x : -1;
    }
}
