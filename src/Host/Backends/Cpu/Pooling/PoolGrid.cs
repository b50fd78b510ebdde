namespace Retrieval.Host.Backends.Cpu;

/// <summary>Maps [N, positions, C] cut into pieces of one image and one block of channels: each pools by itself.</summary>
internal readonly struct PoolGrid
{
    private readonly int _images;
    private readonly int _blocks;

    public PoolGrid(Shape map)
    {
        _images = map[0];
        Positions = (long)map[1] * map[2];
        Channels = map[3];
        _blocks = ChannelBlock.CountOf(Channels);
    }

    public long Positions { get; }

    public int Channels { get; }

    public int Pieces => checked(_images * _blocks);

    public PoolPiece Piece(int index) => new(this, index / _blocks, ChannelBlock.At(index % _blocks, Channels));
}
