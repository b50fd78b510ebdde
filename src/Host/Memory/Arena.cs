using Retrieval.Host.Backends;

namespace Retrieval.Host;

/// <summary>
/// A device's memory, rented out in pieces. Free pieces are kept in address order and merged with their neighbours; a
/// request takes the smallest free piece that fits, lowest address first. The same sequence of requests and returns
/// therefore meets the same addresses, and a steady state asks the system for nothing. Safe for several threads.
/// </summary>
public sealed class Arena : IDisposable
{
    private const long Alignment = 64;
    private const long ChunkByteCount = 64L << 20;

    private readonly Device _device;
    private readonly IBackend _backend;
    private readonly Lock _gate = new();
    private readonly List<Block> _blocks = new(1024);
    private readonly List<nint> _chunks = [];
    private readonly long[] _current = new long[Enum.GetValues<MemoryPurpose>().Length];
    private readonly long[] _peak = new long[Enum.GetValues<MemoryPurpose>().Length];
    private bool _disposed;

    internal Arena(Device device, IBackend backend)
    {
        _device = device;
        _backend = backend;
    }

    /// <summary>Bytes taken from the system.</summary>
    public long ReservedByteCount { get; private set; }

    /// <summary>Bytes rented out now.</summary>
    public long RentedByteCount { get; private set; }

    /// <summary>The most bytes that were ever rented out at once.</summary>
    public long PeakByteCount { get; private set; }

    /// <summary>Bytes rented out now for a purpose.</summary>
    public long Current(MemoryPurpose purpose) => _current[(int)purpose];

    /// <summary>The most bytes that were ever rented out at once for a purpose.</summary>
    public long Peak(MemoryPurpose purpose) => _peak[(int)purpose];

    /// <summary>Rents memory for a tensor; its values are whatever was there before.</summary>
    public Tensor Rent(Shape shape, ElementType type, MemoryPurpose purpose)
    {
        var byteCount = Math.Max(1, (shape.Count * type.ByteSize() + Alignment - 1) / Alignment) * Alignment;
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            var index = FindFree(byteCount);
            if (index < 0)
                index = AddChunk(byteCount);
            var block = _blocks[index];
            if (block.ByteCount > byteCount)
                _blocks.Insert(index + 1, block with { Address = block.Address + (nint)byteCount, ByteCount = block.ByteCount - byteCount, StartsChunk = false });
            _blocks[index] = block with { ByteCount = byteCount, Free = false, Purpose = purpose };
            Count(purpose, byteCount);
            return new Tensor(_device, block.Address, shape, type);
        }
    }

    /// <summary>Gives memory back. The tensor must be one that <see cref="Rent"/> gave, not a slice that starts elsewhere.</summary>
    /// <exception cref="OperatorException">The tensor was not rented here, or was returned before.</exception>
    public void Return(Tensor tensor)
    {
        lock (_gate)
        {
            var index = Find(tensor.Address);
            if (index < 0 || _blocks[index].Free)
                throw new OperatorException("Arena.Return", $"{tensor} is not rented from this arena");
            var block = _blocks[index];
            Count(block.Purpose, -block.ByteCount);
            _blocks[index] = block with { Free = true };
            Merge(index + 1);
            Merge(index);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_gate)
        {
            if (_disposed)
                return;
            _disposed = true;
            foreach (var chunk in _chunks)
                _backend.FreeChunk(chunk);
        }
    }

    private int FindFree(long byteCount)
    {
        var best = -1;
        for (var index = 0; index < _blocks.Count; index++)
        {
            var block = _blocks[index];
            if (block.Free && block.ByteCount >= byteCount && (best < 0 || block.ByteCount < _blocks[best].ByteCount))
                best = index;
        }
        return best;
    }

    private int AddChunk(long byteCount)
    {
        var chunkByteCount = (byteCount + ChunkByteCount - 1) / ChunkByteCount * ChunkByteCount;
        var address = _backend.AllocateChunk(chunkByteCount);
        _chunks.Add(address);
        ReservedByteCount += chunkByteCount;
        var index = ~Find(address);
        _blocks.Insert(index, new Block(address, chunkByteCount, Free: true, StartsChunk: true, default));
        return index;
    }

    /// <summary>Index of the block at an address, or the complement of where it would stand.</summary>
    private int Find(nint address)
    {
        int low = 0, high = _blocks.Count - 1;
        while (low <= high)
        {
            var middle = (low + high) / 2;
            if (_blocks[middle].Address == address)
                return middle;
            if (_blocks[middle].Address < address)
                low = middle + 1;
            else
                high = middle - 1;
        }
        return ~low;
    }

    /// <summary>Joins the block at an index to the one before it when both are free and of one chunk.</summary>
    private void Merge(int index)
    {
        if (index <= 0 || index >= _blocks.Count || !_blocks[index].Free || !_blocks[index - 1].Free || _blocks[index].StartsChunk)
            return;
        _blocks[index - 1] = _blocks[index - 1] with { ByteCount = _blocks[index - 1].ByteCount + _blocks[index].ByteCount };
        _blocks.RemoveAt(index);
    }

    private void Count(MemoryPurpose purpose, long byteCount)
    {
        RentedByteCount += byteCount;
        PeakByteCount = Math.Max(PeakByteCount, RentedByteCount);
        _current[(int)purpose] += byteCount;
        _peak[(int)purpose] = Math.Max(_peak[(int)purpose], _current[(int)purpose]);
    }

    private readonly record struct Block(nint Address, long ByteCount, bool Free, bool StartsChunk, MemoryPurpose Purpose);
}
