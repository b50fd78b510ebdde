using Retrieval.Host.Interop.Cuda;
using static Retrieval.Host.Interop.Cuda.CudaDriver;
using static Retrieval.Host.Interop.Cuda.CudaStatus;

namespace Retrieval.Host.Backends.Cuda;

/// <summary>A piece of pinned memory between the host's memory and the device's, and the event that ends its last transfer.</summary>
internal sealed unsafe class StagingPiece : IDisposable
{
    private readonly CudaContext _context;
    private readonly PinnedMemoryHandle _memory;
    private readonly EventHandle _free;

    public StagingPiece(CudaContext context, int byteCount)
    {
        _context = context;
        _memory = context.AllocatePinned(byteCount, PinnedMemoryUse.Transfers);
        _free = context.CreateEvent();
    }

    public byte* Pointer => _memory.Pointer;

    /// <summary>Queues a transfer to the device.</summary>
    public void Send(nint target, long byteCount, StreamHandle stream)
    {
        lock (_context.Queue)
        {
            Check(cuMemcpyHtoDAsync_v2(target, Pointer, (nuint)byteCount, stream));
            Check(cuEventRecord(_free, stream));
        }
    }

    /// <summary>Queues a transfer from the device.</summary>
    public void Fetch(nint source, long byteCount, StreamHandle stream)
    {
        lock (_context.Queue)
        {
            Check(cuMemcpyDtoHAsync_v2(Pointer, source, (nuint)byteCount, stream));
            Check(cuEventRecord(_free, stream));
        }
    }

    /// <summary>Waits until the piece can be filled anew; at once if it has never been sent.</summary>
    public void WaitUntilFree() => _free.WaitPatiently();

    /// <summary>Waits for what was fetched.</summary>
    public void Wait() => Check(cuEventSynchronize(_free));

    /// <summary>As <see cref="Wait"/>, where a failure is of no interest.</summary>
    public void TryWait() => _ = cuEventSynchronize(_free);

    public void Dispose()
    {
        _memory.Dispose();
        _free.Dispose();
    }
}
