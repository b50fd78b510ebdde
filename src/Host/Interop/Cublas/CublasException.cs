namespace Retrieval.Host.Interop.Cublas;

/// <summary>A call of cuBLASLt failed where that is a fault of ours or of the machine.</summary>
internal sealed class CublasException(CublasStatus status, string message) : Exception(message)
{
    /// <summary>The library's code.</summary>
    public CublasStatus Status { get; } = status;
}
