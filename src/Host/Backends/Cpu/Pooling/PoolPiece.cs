namespace Retrieval.Host.Backends.Cpu;

/// <summary>One image's map within a block of channels.</summary>
internal readonly struct PoolPiece(PoolGrid grid, int image, ChannelBlock channels)
{
    private readonly int _stride = grid.Channels;

    public long Positions { get; } = grid.Positions;

    /// <summary>The first channel.</summary>
    public int Channel { get; } = channels.First;

    /// <summary>Number of channels.</summary>
    public int Width { get; } = channels.Count;

    /// <summary>Index of the first channel in the map [N, positions, C].</summary>
    public long MapStart { get; } = (image * grid.Positions * grid.Channels) + channels.First;

    /// <summary>Index of the first channel in the pooled values [N, C].</summary>
    public long PooledStart { get; } = ((long)image * grid.Channels) + channels.First;

    /// <summary>The map, a row a position.</summary>
    public MatrixBlock Map => new(MapStart, Positions, Width, _stride);
}
