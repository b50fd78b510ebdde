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
    private readonly DeviceMemory _memory;
    private readonly IBackend _backend;
    private readonly Lock _gate = new();
    private readonly List<Block> _blocks = new(1024);
    private readonly long[] _current = new long[Enum.GetValues<MemoryPurpose>().Length];
    private readonly long[] _peak = new long[Enum.GetValues<MemoryPurpose>().Length];
    private bool _disposed;

    internal Arena(Device device, DeviceMemory memory, IBackend backend)
    {
        _device = device;
        _memory = memory;
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
    /// <exception cref="DeviceException">The device has no memory left.</exception>
    public Tensor Rent(Shape shape, ElementType type, MemoryPurpose purpose)
    {
        var tensor = RentIfPossible(shape, type, purpose);
        return tensor.IsNone ? throw _memory.Exhausted(ChunkFor(ByteCountOf(shape, type)), purpose) : tensor;
    }

    /// <summary>As <see cref="Rent"/>, for what can be done without: no tensor where the device has no memory left.</summary>
    internal Tensor RentIfPossible(Shape shape, ElementType type, MemoryPurpose purpose)
    {
        var tensor = TryRent(shape, type, purpose);
        return tensor.IsNone && _memory.Trim() ? TryRent(shape, type, purpose) : tensor;
    }

    private Tensor TryRent(Shape shape, ElementType type, MemoryPurpose purpose)
    {
        var byteCount = ByteCountOf(shape, type);
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            var index = FindFree(byteCount);
            if (index < 0 && (index = AddChunk(byteCount)) < 0)
                return Tensor.None;
            var block = _blocks[index];
            if (block.ByteCount > byteCount)
                _blocks.Insert(index + 1, block with { Address = block.Address + (nint)byteCount, ByteCount = block.ByteCount - byteCount, StartsChunk = false });
            _blocks[index] = block with { ByteCount = byteCount, Free = false, Purpose = purpose, Shape = shape, Type = type };
            Count(purpose, byteCount);
            return new Tensor(_device, block.Address, shape, type);
        }
    }

    /// <summary>Gives memory back. The tensor must be one that <see cref="Rent"/> gave, not a slice that starts elsewhere.</summary>
    /// <exception cref="OperatorException">The tensor was not rented here, or was returned before.</exception>
    public void Return(Tensor tensor)
    {
        if (!TryReturn(tensor))
            throw new OperatorException("Arena.Return", $"{tensor} is not rented from this arena");
    }

    /// <summary>Gives memory back if it is rented from here.</summary>
    internal bool TryReturn(Tensor tensor)
    {
        lock (_gate)
        {
            var index = Find(tensor.Address);
            if (index < 0 || _blocks[index].Free)
                return false;
            Free(index);
            return true;
        }
    }

    /// <summary>All that is rented out now, in the order of addresses.</summary>
    internal Tensor[] Rented()
    {
        lock (_gate)
            return [.. _blocks.Where(block => !block.Free).Select(block => new Tensor(_device, block.Address, block.Shape, block.Type))];
    }

    /// <summary>Takes back all that is rented out.</summary>
    internal void Clear()
    {
        lock (_gate)
        {
            for (var index = _blocks.Count - 1; index >= 0; index--)
                if (!_blocks[index].Free)
                    Free(index);
        }
    }

    /// <summary>Gives chunks that are free as a whole back to the system.</summary>
    /// <returns>Bytes given back.</returns>
    internal long Trim()
    {
        lock (_gate)
        {
            var before = ReservedByteCount;
            for (var index = _blocks.Count - 1; index >= 0; index--)
                if (IsWholeChunk(index))
                    Drop(index);
            return before - ReservedByteCount;
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
            foreach (var block in _blocks)
                if (block.StartsChunk)
                    _backend.FreeChunk(block.Address);
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

    /// <returns>Index of the chunk's only block, or -1 if the system has no such chunk.</returns>
    private int AddChunk(long byteCount)
    {
        var chunkByteCount = ChunkFor(byteCount);
        var address = _backend.AllocateChunk(chunkByteCount);
        if (address == 0)
            return -1;
        ReservedByteCount += chunkByteCount;
        var index = ~Find(address);
        _blocks.Insert(index, new Block(address, chunkByteCount, Free: true, StartsChunk: true, default, default, default));
        return index;
    }

    private bool IsWholeChunk(int index) => _blocks[index] is { Free: true, StartsChunk: true } && (index + 1 == _blocks.Count || _blocks[index + 1].StartsChunk);

    private void Drop(int index)
    {
        ReservedByteCount -= _blocks[index].ByteCount;
        _backend.FreeChunk(_blocks[index].Address);
        _blocks.RemoveAt(index);
    }

    private void Free(int index)
    {
        var block = _blocks[index];
        Count(block.Purpose, -block.ByteCount);
        _blocks[index] = block with { Free = true };
        Merge(index + 1);
        Merge(index);
    }

    private static long ByteCountOf(Shape shape, ElementType type) => Math.Max(1, (shape.Count * type.ByteSize() + Alignment - 1) / Alignment) * Alignment;

    private static long ChunkFor(long byteCount) => (byteCount + ChunkByteCount - 1) / ChunkByteCount * ChunkByteCount;

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

    private readonly record struct Block(nint Address, long ByteCount, bool Free, bool StartsChunk, MemoryPurpose Purpose, Shape Shape, ElementType Type);
}
