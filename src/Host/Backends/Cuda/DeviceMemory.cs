using Retrieval.Host.Interop.Cuda;
using static Retrieval.Host.Interop.Cuda.CudaDriver;
using static Retrieval.Host.Interop.Cuda.CudaStatus;

namespace Retrieval.Host.Backends.Cuda;

/// <summary>The pieces of a device's memory that its arena holds.</summary>
internal sealed class DeviceMemory(DeviceName name, CudaContext context) : IDisposable
{
    private const double Mebibyte = 1 << 20;

    private readonly Dictionary<nint, DeviceMemoryHandle> _chunks = [];
    private long _byteCount;

    /// <summary>Takes a piece from the driver. The context is current.</summary>
    /// <exception cref="DeviceException">The device has not as much left.</exception>
    public nint Allocate(long byteCount)
    {
        var result = cuMemAlloc_v2(out var memory, (nuint)byteCount);
        if (result == CudaResult.OutOfMemory)
            throw OutOfMemory(byteCount);
        Check(result, nameof(cuMemAlloc_v2));
        _chunks.Add(memory.Address, context.Own(memory));
        _byteCount += byteCount;
        return memory.Address;
    }

    /// <summary>Gives a piece back; waits for the work that is queued.</summary>
    public void Free(nint address)
    {
        if (_chunks.Remove(address, out var memory))
            memory.Dispose();
    }

    public void Dispose()
    {
        foreach (var memory in _chunks.Values)
            memory.Dispose();
    }

    private DeviceException OutOfMemory(long byteCount)
    {
        Check(cuMemGetInfo_v2(out var free, out var total));
        return new DeviceException($"{name} ({context.Facts.Name}) is out of memory: {byteCount / Mebibyte:0} MiB were requested; this process holds {_byteCount / Mebibyte:0} MiB "
            + $"of {total / Mebibyte:0} MiB, {free / Mebibyte:0} MiB are free: use smaller batches or images, or a device with more memory");
    }
}
