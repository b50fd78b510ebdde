namespace Retrieval.Host.Backends.Cuda;

/// <summary>A row for each of many tensors, and the chunks before each, where kernels over tensor_table.cuh find them: one launch then serves all.</summary>
internal sealed class TensorTable<TRow> where TRow : unmanaged
{
    /// <summary>Elements of a block's chunk (tensor_table.cuh).</summary>
    private const int ChunkLength = 4096;

    private readonly DeviceTable<TRow> _rows = new(MemoryPurpose.OptimizerState);
    private readonly DeviceTable<long> _starts = new(MemoryPurpose.OptimizerState);

    /// <summary>Held by who fills the table, until the launch that reads it is queued.</summary>
    public Lock Gate { get; } = new();

    /// <summary>Tensors in the table.</summary>
    public int Count => _rows.Count;

    /// <summary>Chunks of all tensors together: the blocks of a launch.</summary>
    public long ChunkCount { get; private set; }

    /// <summary>Where kernels find the rows.</summary>
    public nint Rows => _rows.Address;

    /// <summary>Where kernels find the chunks before each tensor.</summary>
    public nint Starts => _starts.Address;

    /// <summary>Empties the table and makes room.</summary>
    public void Begin(int capacity)
    {
        _rows.Begin(capacity);
        _starts.Begin(capacity);
        ChunkCount = 0;
    }

    /// <summary>Adds a tensor; one without elements gets no row.</summary>
    public void Add(in TRow row, long length)
    {
        if (length == 0)
            return;
        _rows.Add(row);
        _starts.Add(ChunkCount);
        ChunkCount += (length + ChunkLength - 1) / ChunkLength;
    }

    /// <summary>Brings the table to the device, unless it is there already.</summary>
    public void Send(Device device, IBackend backend)
    {
        _rows.Send(device, backend);
        _starts.Send(device, backend);
    }
}
