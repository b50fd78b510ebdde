namespace Retrieval.Host.Interop.Cuda;

/// <summary>CUfunction_attribute: what is asked of a kernel or set for it.</summary>
internal enum CudaFunctionAttribute
{
    StaticSharedByteCount = 1,
    MaxDynamicSharedByteCount = 8,
}
