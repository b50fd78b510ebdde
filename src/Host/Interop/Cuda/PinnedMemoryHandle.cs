namespace Retrieval.Host.Interop.Cuda;

/// <summary>Page-locked host memory, which the device reads and writes by itself.</summary>
internal sealed unsafe class PinnedMemoryHandle : CudaHandle
{
    /// <summary>Where it begins, for the host.</summary>
    public byte* Pointer => (byte*)handle;

    protected override CudaResult Destroy() => CudaDriver.cuMemFreeHost(handle);
}
