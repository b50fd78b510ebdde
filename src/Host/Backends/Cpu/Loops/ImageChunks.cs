namespace Retrieval.Host.Backends.Cpu;

/// <summary>A map [N, H, W, C] cut into chunks of rows of which none holds rows of two images. Each image is cut as <see cref="RowChunks"/> has it.</summary>
internal readonly struct ImageChunks(Shape map)
{
    /// <summary>The chunks of one image.</summary>
    public RowChunks Chunks { get; } = new((long)map[1] * map[2], map[3]);

    public int Images { get; } = map[0];

    /// <summary>Positions of an image.</summary>
    public long Rows { get; } = (long)map[1] * map[2];

    /// <summary>C.</summary>
    public int Channels => Chunks.Channels;

    /// <summary>Chunks of all images.</summary>
    public int Count => Images * Chunks.Count;

    /// <summary>Elements before an image.</summary>
    public long Start(int image) => image * Rows * Channels;

    /// <summary>Of one of all chunks, the image and its number in there.</summary>
    public (int Image, int Chunk) At(int index) => Math.DivRem(index, Chunks.Count);
}
