namespace Retrieval.Host.Backends.Cpu;

/// <summary>Values per channel, repeated for each row in a wide row: [values, wide row].</summary>
internal readonly unsafe struct WideValues(RowChunks chunks, float* values)
{
    private readonly RowChunks _chunks = chunks;
    private readonly float* _values = values;

    /// <summary>One value per column of a wide row.</summary>
    public float* this[int index] => _values + ((long)index * _chunks.Width);

    /// <summary>Takes over values [C].</summary>
    public void Set(int index, float* channels)
    {
        new ReadOnlySpan<float>(channels, _chunks.Channels).CopyTo(new Span<float>(this[index], _chunks.Channels));
        Repeat(index);
    }

    /// <summary>Repeats the first C values along the wide row.</summary>
    public void Repeat(int index)
    {
        var row = new Span<float>(this[index], _chunks.Width);
        for (var repeat = 1; repeat < _chunks.Repeats; repeat++)
            row[.._chunks.Channels].CopyTo(row[(repeat * _chunks.Channels)..]);
    }
}
