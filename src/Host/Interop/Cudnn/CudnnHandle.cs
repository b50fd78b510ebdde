using Retrieval.Host.Interop.Cuda;

namespace Retrieval.Host.Interop.Cudnn;

/// <summary>The library, started on a device.</summary>
internal sealed class CudnnHandle : CudaHandle
{
    /// <summary>The handle as the value of an attribute.</summary>
    public nint Value => handle;

    protected override CudaResult Destroy() => (CudaResult)CudnnLibrary.cudnnDestroy(handle);
}
