using Retrieval.Host.Interop.Cuda;
using static Retrieval.Host.Interop.Cuda.CudaDriver;
using static Retrieval.Host.Interop.Cuda.CudaStatus;

namespace Retrieval.Host.Backends.Cuda;

/// <summary>The pieces of a device's memory that its arenas hold.</summary>
internal sealed class DeviceChunks(CudaContext context) : IDisposable
{
    private readonly Lock _gate = new();
    private readonly Dictionary<nint, DeviceMemoryHandle> _chunks = [];

    /// <summary>Takes a piece from the driver. The context is current.</summary>
    /// <returns>Its address, or 0 if the device has not as much left.</returns>
    public nint Allocate(long byteCount)
    {
        // A recording may need memory that the run before it did not: the driver allows it if it is told that nothing else will wait.
        var mode = CudaCaptureMode.Relaxed;
        Check(cuThreadExchangeStreamCaptureMode(ref mode));
        var result = cuMemAlloc_v2(out var memory, (nuint)byteCount);
        Check(cuThreadExchangeStreamCaptureMode(ref mode));
        if (result == CudaResult.OutOfMemory)
            return 0;
        Check(result, nameof(cuMemAlloc_v2));
        lock (_gate)
            _chunks.Add(memory.Address, context.Own(memory));
        return memory.Address;
    }

    /// <summary>Gives a piece back; waits for the work that is queued.</summary>
    public void Free(nint address)
    {
        lock (_gate)
        {
            if (_chunks.Remove(address, out var memory))
                memory.Dispose();
        }
    }

    public void Dispose()
    {
        foreach (var memory in _chunks.Values)
            memory.Dispose();
    }
}
