namespace Retrieval.Host.Interop.Cublas;

/// <summary>cudaDataType_t: what one element is.</summary>
internal enum CublasDataType
{
    Float32 = 0,
    Float64 = 1,
}
