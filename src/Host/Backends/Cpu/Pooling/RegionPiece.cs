namespace Retrieval.Host.Backends.Cpu;

/// <summary>A region of one image's map within a block of channels: runs of positions that follow one another in memory.</summary>
internal readonly struct RegionPiece(RegionGrid grid, PoolRegion region, int index, int image, ChannelBlock channels)
{
    private readonly RegionGrid _grid = grid;
    private readonly PoolRegion _region = region;
    private readonly int _image = image;

    // A region as wide as the map is one run.
    private readonly bool _whole = region.Width == grid.Width;

    public ChannelBlock Channels { get; } = channels;

    public long Positions => (long)_region.Height * _region.Width;

    public int Runs => _whole ? 1 : _region.Height;

    public int RunLength => _whole ? _region.Height * _region.Width : _region.Width;

    /// <summary>Index of the first channel in the pooled values [R * N, C].</summary>
    public long PooledStart { get; } = ((((long)index * grid.Images) + image) * grid.Channels) + channels.First;

    /// <summary>Index of the image's first position in masks [R, N, H, W].</summary>
    public long MaskStart { get; } = (((long)index * grid.Images) + image) * grid.Positions;

    /// <summary>Position in the map where a run begins.</summary>
    public int First(int run) => ((_region.Row + run) * _grid.Width) + _region.Column;

    /// <summary>A run, a row a position.</summary>
    public MatrixBlock Run(int run) => Block(First(run), RunLength);

    /// <summary>One position.</summary>
    public MatrixBlock Position(int position) => Block(position, 1);

    private MatrixBlock Block(int position, int rows) =>
        new((((_image * _grid.Positions) + position) * _grid.Channels) + Channels.First, rows, Channels.Count, _grid.Channels);
}
