namespace Retrieval.Host.Backends.Cpu;

/// <summary>Regions of maps [N, H, W, C], in blocks of channels.</summary>
internal readonly struct RegionGrid(Shape map, PoolRegions? regions)
{
    private readonly PoolRegions? _regions = regions;
    private readonly int _blocks = ChannelBlock.CountOf(map[3]);

    public int Images { get; } = map[0];

    public int Height { get; } = map[1];

    public int Width { get; } = map[2];

    public int Channels { get; } = map[3];

    public int Count => _regions?.Count ?? 1;

    /// <summary>Positions of a map.</summary>
    public long Positions => (long)Height * Width;

    /// <summary>Blocks of channels.</summary>
    public int Blocks => _blocks;

    /// <summary>Pieces of one image and one block of channels.</summary>
    public int ImagePieces => checked(Images * _blocks);

    /// <summary>Pieces of one region of one image and one block of channels.</summary>
    public int RegionPieces => checked(Count * ImagePieces);

    public PoolRegion this[int region] => _regions is null ? new PoolRegion(0, 0, Height, Width) : _regions[region];

    /// <summary>Image and channels of a piece of an image; behind <see cref="Images"/> follow the images of the second region.</summary>
    public (int Image, ChannelBlock Channels) ImagePiece(int index) => (index / _blocks, ChannelBlock.At(index % _blocks, Channels));

    /// <summary>A region of an image within a block of channels.</summary>
    public RegionPiece At(int region, int image, ChannelBlock channels) => new(this, this[region], region, image, channels);

    /// <summary>One of <see cref="RegionPieces"/>.</summary>
    public RegionPiece RegionPiece(int index)
    {
        var (row, channels) = ImagePiece(index);
        return At(row / Images, row % Images, channels);
    }
}
