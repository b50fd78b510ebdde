namespace Retrieval.Host.Interop.Cuda;

/// <summary>A mark in a stream that another stream or the host can wait for.</summary>
internal sealed class EventHandle : CudaHandle
{
    protected override CudaResult Destroy() => CudaDriver.cuEventDestroy_v2(handle);
}
