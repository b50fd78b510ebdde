namespace Retrieval.Host.Interop.Cuda;

/// <summary>CUresult: the codes that are told apart. The driver itself names and explains all others.</summary>
internal enum CudaResult
{
    Success = 0,
    OutOfMemory = 2,
    NoDevice = 100,
    InvalidDevice = 101,
    InvalidPtx = 218,
    UnsupportedPtxVersion = 222,
    NotFound = 500,
}
