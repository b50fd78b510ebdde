using Retrieval.Host.Interop.Cuda;

namespace Retrieval.Host.Interop.Cublas;

/// <summary>What is computed: transposes, type, epilogue.</summary>
internal sealed class MatmulDescriptorHandle : CudaHandle
{
    protected override CudaResult Destroy() => (CudaResult)CublasLt.cublasLtMatmulDescDestroy(handle);
}
