namespace Retrieval.Host.Interop.Cublas;

/// <summary>cublasComputeType_t: what products and sums are made in.</summary>
internal enum CublasComputeType
{
    Float32 = 68,
    Float64 = 70,
    FastTensorFloat32 = 77,
}
