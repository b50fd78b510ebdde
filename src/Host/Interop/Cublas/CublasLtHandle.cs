using Retrieval.Host.Interop.Cuda;

namespace Retrieval.Host.Interop.Cublas;

/// <summary>The library, started on a device.</summary>
internal sealed class CublasLtHandle : CudaHandle
{
    protected override CudaResult Destroy() => (CudaResult)CublasLt.cublasLtDestroy(handle);
}
