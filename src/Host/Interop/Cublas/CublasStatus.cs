namespace Retrieval.Host.Interop.Cublas;

/// <summary>cublasStatus_t: the codes that are told apart. The library itself explains all others.</summary>
internal enum CublasStatus
{
    Success = 0,
    NotSupported = 15,
}
