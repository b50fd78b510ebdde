namespace Retrieval.Host.Backends.Cpu;

/// <summary>Maps [N, positions, C] cut into pieces of one image and up to 256 channels: each piece pools by itself.</summary>
internal readonly struct PoolGrid
{
    public const int Block = 256;

    private readonly int _blocks;

    public PoolGrid(Shape map)
    {
        (Images, Positions, Channels) = (map[0], (long)map[1] * map[2], map[3]);
        _blocks = (Channels + Block - 1) / Block;
    }

    public int Images { get; }

    public long Positions { get; }

    public int Channels { get; }

    public int Pieces => Images * _blocks;

    public PoolPiece Piece(int index)
    {
        int image = index / _blocks, channel = index % _blocks * Block;
        return new PoolPiece(this, image, channel, Math.Min(Block, Channels - channel));
    }
}
