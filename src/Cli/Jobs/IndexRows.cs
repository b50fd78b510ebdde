using Retrieval.Index;

namespace Retrieval.Cli.Jobs;

/// <summary>Gathers rows one by one and hands them to an index in blocks.</summary>
internal sealed class IndexRows(FlatIndexBuilder builder)
{
    private const int BlockRowCount = 256;

    private readonly float[] _descriptors = new float[BlockRowCount * builder.Dimension];
    private readonly List<long> _ids = new(BlockRowCount);
    private readonly List<string?> _labels = new(BlockRowCount), _paths = new(BlockRowCount);

    /// <summary>Where the next row's descriptor [D] is to be written before <see cref="Add"/>.</summary>
    public Span<float> Next => _descriptors.AsSpan(_ids.Count * builder.Dimension, builder.Dimension);

    /// <summary>Adds the row whose descriptor stands in <see cref="Next"/>.</summary>
    /// <exception cref="ArgumentException">The id occurs twice, or the descriptor is not finite.</exception>
    public void Add(long id, string? label, string? path)
    {
        _ids.Add(id);
        _labels.Add(label);
        _paths.Add(path);
        if (_ids.Count == BlockRowCount)
            Flush();
    }

    /// <summary>Hands over the rows of the last block.</summary>
    public void Flush()
    {
        builder.Add(_descriptors.AsSpan(0, _ids.Count * builder.Dimension), _ids.ToArray(), _labels, _paths);
        _ids.Clear();
        _labels.Clear();
        _paths.Clear();
    }
}
