namespace Retrieval.Host.Interop.Cudnn;

/// <summary>A call of cuDNN failed where that is a fault of ours or of the machine.</summary>
internal sealed class CudnnException(CudnnStatus status, string message) : Exception(message)
{
    /// <summary>The library's code.</summary>
    public CudnnStatus Status { get; } = status;
}
