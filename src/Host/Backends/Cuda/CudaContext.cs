using Retrieval.Host.Interop.Cuda;
using static Retrieval.Host.Interop.Cuda.CudaDriver;
using static Retrieval.Host.Interop.Cuda.CudaStatus;

namespace Retrieval.Host.Backends.Cuda;

/// <summary>A device's primary context and the native objects that are made in it.</summary>
internal sealed class CudaContext : IDisposable
{
    private const uint NonBlocking = 1;
    private const uint WithoutTiming = 2;

    private readonly PrimaryContextHandle _handle;

    /// <exception cref="DeviceException">There is no such device.</exception>
    public CudaContext(DeviceName name, CudaDriverFacts driver)
    {
        Driver = driver;
        if (name.Ordinal >= Driver.DeviceCount)
            throw new DeviceException($"device: {name} does not exist, expected {(Driver.DeviceCount == 1 ? "cuda:0" : $"cuda:0 to cuda:{Driver.DeviceCount - 1}")}: the driver shows {Driver.DeviceCount}");
        Check(cuDeviceGet(out var device, name.Ordinal));
        Facts = CudaDeviceFacts.Of(device);
        Check(cuDevicePrimaryCtxRetain(out _handle, device));
        _handle.Device = device;
    }

    public CudaDriverFacts Driver { get; }

    public CudaDeviceFacts Facts { get; }

    /// <summary>
    /// Held while something is put on the compute stream. Whoever records holds it to the end, so that what another thread queues
    /// comes before or after the recording, and never into it.
    /// </summary>
    public Lock Queue { get; } = new();

    /// <summary>Makes the context current on the calling thread. Any thread may use a device, so every use begins with this.</summary>
    public void Enter() => Check(cuCtxSetCurrent(_handle));

    /// <summary>As <see cref="Enter"/>, where a failure is of no interest.</summary>
    public bool TryEnter() => cuCtxSetCurrent(_handle) == CudaResult.Success;

    public StreamHandle CreateStream()
    {
        Check(cuStreamCreate(out var stream, NonBlocking));
        return Own(stream);
    }

    /// <summary>An event for order alone: it keeps no time.</summary>
    public EventHandle CreateEvent()
    {
        Check(cuEventCreate(out var @event, WithoutTiming));
        return Own(@event);
    }

    /// <summary>An event that keeps the time at which it passes.</summary>
    public EventHandle CreateTimedEvent()
    {
        Check(cuEventCreate(out var @event, 0));
        return Own(@event);
    }

    public PinnedMemoryHandle AllocatePinned(long byteCount, PinnedMemoryUse use)
    {
        var result = cuMemHostAlloc(out var memory, (nuint)byteCount, use);
        if (result == CudaResult.OutOfMemory)
            throw new DeviceException($"cuda: the host cannot lock {byteCount} bytes of its memory for transfers: use smaller batches, or let other programs leave it more memory");
        Check(result, nameof(cuMemHostAlloc));
        return Own(memory);
    }

    /// <summary>Ties a new native object to this context.</summary>
    public THandle Own<THandle>(THandle handle) where THandle : CudaHandle
    {
        handle.BelongTo(_handle);
        return handle;
    }

    public void Dispose() => _handle.Dispose();
}
