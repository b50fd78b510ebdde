using Retrieval.Host.Interop.Cuda;

namespace Retrieval.Host.Interop.Cublas;

/// <summary>What an algorithm may ask for.</summary>
internal sealed class MatmulPreferenceHandle : CudaHandle
{
    protected override CudaResult Destroy() => (CudaResult)CublasLt.cublasLtMatmulPreferenceDestroy(handle);
}
