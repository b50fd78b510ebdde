namespace Retrieval.Host.Backends.Cpu;

/// <summary>One image's map within a run of channels.</summary>
internal readonly struct PoolPiece(PoolGrid grid, int image, int channel, int width)
{
    public long Positions { get; } = grid.Positions;

    /// <summary>Elements between a position and the next.</summary>
    public int Stride { get; } = grid.Channels;

    /// <summary>The first channel.</summary>
    public int Channel { get; } = channel;

    /// <summary>Number of channels.</summary>
    public int Width { get; } = width;

    /// <summary>Index of the first channel in the map [N, positions, C].</summary>
    public long MapStart { get; } = (image * grid.Positions * grid.Channels) + channel;

    /// <summary>Index of the first channel in the pooled values [N, C].</summary>
    public long PooledStart { get; } = ((long)image * grid.Channels) + channel;

    /// <summary>The map as columns to sum; their terms see columns from 0.</summary>
    public ColumnBlock Columns => new(MapStart, Positions, Stride, 0, Width);
}
