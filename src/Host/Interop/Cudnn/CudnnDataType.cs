namespace Retrieval.Host.Interop.Cudnn;

/// <summary>cudnnDataType_t: what one element is.</summary>
internal enum CudnnDataType
{
    Float32 = 0,
    BFloat16 = 9,
}
