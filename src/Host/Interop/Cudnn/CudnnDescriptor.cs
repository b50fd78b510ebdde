using Retrieval.Host.Interop.Cuda;

namespace Retrieval.Host.Interop.Cudnn;

/// <summary>A description: of a tensor, an operation, a graph of them, an engine or a plan to run it. Complete once it is finalised.</summary>
internal sealed class CudnnDescriptor : CudaHandle
{
    /// <summary>The description as the value of another's attribute; the owner keeps this object alive meanwhile.</summary>
    public nint Value => handle;

    protected override CudaResult Destroy() => (CudaResult)CudnnLibrary.cudnnBackendDestroyDescriptor(handle);
}
