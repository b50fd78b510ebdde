namespace Retrieval.Host.Backends.Cpu;

/// <summary>Scratch memory of a pass over images: for each, values per channel repeated along a wide row, and the sums that its chunks leave.</summary>
internal readonly unsafe struct ImageValues(ImageChunks map, int kinds, float* memory)
{
    private readonly ImageChunks _map = map;
    private readonly int _kinds = kinds;
    private readonly float* _memory = memory;

    /// <summary>Floats of memory that it takes.</summary>
    public static long Length(ImageChunks map, int kinds) => map.Images * LengthOfOne(map, kinds);

    /// <summary>An image's values, as many kinds as were asked for.</summary>
    public WideValues Wide(int image) => new(_map.Chunks, _memory + (image * LengthOfOne(_map, _kinds)));

    /// <summary>An image's partial sums.</summary>
    public PartialSums Sums(int image) => new(_map.Chunks, Wide(image)[_kinds]);

    private static long LengthOfOne(ImageChunks map, int kinds) => ((long)kinds * map.Chunks.Width) + PartialSums.Length(map.Chunks);
}
