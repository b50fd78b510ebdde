namespace Retrieval.Index.Storage;

/// <summary>
/// A descriptor matrix that grows by whole blocks of memory. Rows never move, so growing never needs the old matrix and
/// the new one at the same time.
/// </summary>
internal sealed unsafe class DescriptorBuffer(int dimension) : IDisposable
{
    private const long BlockByteCount = 64 << 20;

    private readonly List<Block> _blocks = [];
    private long _reserved;

    public long RowCount { get; private set; }

    /// <summary>Announces rows to come: they will lie together, as far as one piece may be long.</summary>
    public void Reserve(long rows) => _reserved = Math.Max(_reserved, rows);

    public void Append(ReadOnlySpan<float> descriptors)
    {
        while (descriptors.Length > 0)
        {
            var block = FreeBlock();
            var rows = Math.Min(descriptors.Length / dimension, block.Capacity - block.Count);
            descriptors[..(rows * dimension)].CopyTo(new Span<float>((float*)block.Memory.Address + ((long)block.Count * dimension), rows * dimension));
            descriptors = descriptors[(rows * dimension)..];
            block.Count += rows;
            RowCount += rows;
            _reserved = Math.Max(0, _reserved - rows);
        }
    }

    /// <summary>Hands the memory over; the buffer is empty afterwards.</summary>
    public (DescriptorPiece[] Pieces, IDisposable[] Owners) Detach()
    {
        var pieces = new DescriptorPiece[_blocks.Count];
        var first = 0L;
        for (var i = 0; i < pieces.Length; first += _blocks[i++].Count)
            pieces[i] = new DescriptorPiece(first, _blocks[i].Count, _blocks[i].Memory.Address);
        IDisposable[] owners = [.. _blocks.Select(block => block.Memory)];
        _blocks.Clear();
        RowCount = 0;
        return (pieces, owners);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var block in _blocks)
            block.Memory.Dispose();
        _blocks.Clear();
    }

    private Block FreeBlock()
    {
        if (_blocks.Count > 0 && _blocks[^1] is var last && last.Count < last.Capacity)
            return last;
        var usual = Math.Max(1, BlockByteCount / ((long)dimension * sizeof(float)));
        var capacity = (int)Math.Min(_reserved > 0 ? _reserved : usual, DescriptorPiece.RowLimit(dimension));
        _blocks.Add(new Block(new AlignedMemory((long)capacity * dimension * sizeof(float)), capacity));
        return _blocks[^1];
    }

    private sealed class Block(AlignedMemory memory, int capacity)
    {
        public AlignedMemory Memory => memory;

        public int Capacity => capacity;

        public int Count { get; set; }
    }
}
