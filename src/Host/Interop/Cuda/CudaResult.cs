namespace Retrieval.Host.Interop.Cuda;

/// <summary>CUresult: the codes that are told apart. The driver itself names and explains all others.</summary>
internal enum CudaResult
{
    Success = 0,
    OutOfMemory = 2,
    NoDevice = 100,
    UnsupportedPtxVersion = 222,
    NotReady = 600,
}
