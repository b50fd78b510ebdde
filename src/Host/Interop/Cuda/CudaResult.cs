namespace Retrieval.Host.Interop.Cuda;

/// <summary>CUresult: the codes that are told apart. The driver itself names and explains all others.</summary>
internal enum CudaResult
{
    Success = 0,
    OutOfMemory = 2,
    StubLibrary = 34,
    DeviceUnavailable = 46,
    NoDevice = 100,
    EccUncorrectable = 214,
    NvlinkUncorrectable = 220,
    UnsupportedPtxVersion = 222,
    NotReady = 600,
    LaunchTimeout = 702,
    SystemNotReady = 802,
    SystemDriverMismatch = 803,
    CompatNotSupportedOnDevice = 804,
    ExternalDevice = 911,
    Unknown = 999,
}
