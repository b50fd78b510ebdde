using Retrieval.Host.Interop.Cuda;
using static Retrieval.Host.Interop.Cuda.CudaDriver;
using static Retrieval.Host.Interop.Cuda.CudaStatus;

namespace Retrieval.Host.Backends.Cuda;

/// <summary>A piece of pinned memory between the host's memory and the device's, and the event that ends its last transfer.</summary>
internal sealed unsafe class StagingPiece : IDisposable
{
    private readonly PinnedMemoryHandle _memory;
    private readonly EventHandle _free;

    public StagingPiece(CudaContext context, int byteCount)
    {
        _memory = context.AllocatePinned(byteCount, PinnedMemoryUse.Transfers);
        _free = context.CreateEvent();
    }

    public byte* Pointer => _memory.Pointer;

    /// <summary>Queues a transfer to the device.</summary>
    public void Send(nint target, long byteCount, StreamHandle stream)
    {
        Check(cuMemcpyHtoDAsync_v2(target, Pointer, (nuint)byteCount, stream));
        Check(cuEventRecord(_free, stream));
    }

    /// <summary>Queues a transfer from the device.</summary>
    public void Fetch(nint source, long byteCount, StreamHandle stream)
    {
        Check(cuMemcpyDtoHAsync_v2(Pointer, source, (nuint)byteCount, stream));
        Check(cuEventRecord(_free, stream));
    }

    /// <summary>Waits for the last transfer; at once if there was none.</summary>
    public void Wait() => Check(cuEventSynchronize(_free));

    public void Dispose()
    {
        _memory.Dispose();
        _free.Dispose();
    }
}
