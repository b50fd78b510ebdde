namespace Retrieval.Host.Interop.Cuda;

/// <summary>A call of the CUDA driver failed where that is a fault of ours or of the machine.</summary>
internal sealed class CudaException(CudaResult result, string message) : Exception(message)
{
    /// <summary>The driver's code.</summary>
    public CudaResult Result { get; } = result;
}
