using Retrieval.Host.Interop.Cuda;
using static Retrieval.Host.Interop.Cuda.CudaDriver;
using static Retrieval.Host.Interop.Cuda.CudaStatus;

namespace Retrieval.Host.Backends.Cuda;

/// <summary>The four ints in mapped host memory through which kernels report bad data.</summary>
internal sealed unsafe class FaultReport : IDisposable
{
    private readonly PinnedMemoryHandle _memory;

    public FaultReport(CudaContext context)
    {
        _memory = context.AllocatePinned(sizeof(KernelFault), PinnedMemoryUse.Mapped);
        *Word = default;
        Check(cuMemHostGetDevicePointer_v2(out var address, _memory, 0));
        Address = address;
    }

    /// <summary>Where kernels find it.</summary>
    public nint Address { get; }

    private KernelFault* Word => (KernelFault*)_memory.Pointer;

    /// <summary>Throws what was reported since the last look, once. All kernels that might report have ended.</summary>
    /// <exception cref="OperatorException">The first report.</exception>
    public void Throw()
    {
        if (Volatile.Read(ref *(int*)Word) == 0)
            return;
        var fault = *Word;
        *Word = default;
        throw fault.ToException();
    }

    public void Dispose() => _memory.Dispose();
}
