using System.Runtime.InteropServices;

namespace Retrieval.Host.Backends.Cuda;

/// <summary>
/// A row for each of many tensors, and the chunks before each, where kernels over tensor_table.cuh find them: one launch then
/// serves all. The table stays in device memory from call to call and travels only when it has changed.
/// </summary>
internal sealed class TensorTable<TRow> where TRow : unmanaged
{
    /// <summary>Elements of a block's chunk (tensor_table.cuh).</summary>
    private const int ChunkLength = 4096;

    private TRow[] _rows = [], _sentRows = [];
    private long[] _starts = [], _sentStarts = [];
    private int _sentCount;
    private Tensor _deviceRows, _deviceStarts;

    /// <summary>Held by who fills the table, until the launch that reads it is queued.</summary>
    public Lock Gate { get; } = new();

    /// <summary>Tensors in the table.</summary>
    public int Count { get; private set; }

    /// <summary>Chunks of all tensors together: the blocks of a launch.</summary>
    public long ChunkCount { get; private set; }

    /// <summary>Where kernels find the rows.</summary>
    public nint Rows => _deviceRows.Address;

    /// <summary>Where kernels find the chunks before each tensor.</summary>
    public nint Starts => _deviceStarts.Address;

    /// <summary>Empties the table and makes room.</summary>
    public void Begin(int capacity)
    {
        (Count, ChunkCount) = (0, 0);
        if (capacity > _rows.Length)
            (_rows, _starts) = (new TRow[capacity], new long[capacity]);
    }

    /// <summary>Adds a tensor; one without elements gets no row.</summary>
    public void Add(in TRow row, long length)
    {
        if (length == 0)
            return;
        (_rows[Count], _starts[Count]) = (row, ChunkCount);
        Count++;
        ChunkCount += (length + ChunkLength - 1) / ChunkLength;
    }

    /// <summary>Brings the table to the device, unless it is there already.</summary>
    public void Send(Device device, IBackend backend)
    {
        if (_sentRows.Length < Count)
            Grow(device);
        var rows = MemoryMarshal.AsBytes(_rows.AsSpan(0, Count));
        var starts = MemoryMarshal.AsBytes(_starts.AsSpan(0, Count));
        if (_sentCount == Count && rows.SequenceEqual(MemoryMarshal.AsBytes(_sentRows.AsSpan(0, Count))) && starts.SequenceEqual(MemoryMarshal.AsBytes(_sentStarts.AsSpan(0, Count))))
            return;
        backend.Upload(rows, Rows);
        backend.Upload(starts, Starts);
        _rows.AsSpan(0, Count).CopyTo(_sentRows);
        _starts.AsSpan(0, Count).CopyTo(_sentStarts);
        _sentCount = Count;
    }

    private unsafe void Grow(Device device)
    {
        device.Return(_deviceRows);
        device.Return(_deviceStarts);
        (_sentRows, _sentStarts, _sentCount) = (new TRow[_rows.Length], new long[_rows.Length], 0);
        _deviceRows = device.Rent(new Shape(_rows.Length, sizeof(TRow)), ElementType.UInt8, MemoryPurpose.OptimizerState);
        _deviceStarts = device.Rent(new Shape(_rows.Length), ElementType.Int64, MemoryPurpose.OptimizerState);
    }
}
