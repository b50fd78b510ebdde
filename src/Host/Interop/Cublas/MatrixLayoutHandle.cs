using Retrieval.Host.Interop.Cuda;

namespace Retrieval.Host.Interop.Cublas;

/// <summary>A matrix's extents.</summary>
internal sealed class MatrixLayoutHandle : CudaHandle
{
    protected override CudaResult Destroy() => (CudaResult)CublasLt.cublasLtMatrixLayoutDestroy(handle);
}
