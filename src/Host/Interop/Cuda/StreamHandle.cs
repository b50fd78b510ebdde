namespace Retrieval.Host.Interop.Cuda;

/// <summary>A queue of work: what is put into it runs in order.</summary>
internal sealed class StreamHandle : CudaHandle
{
    protected override CudaResult Destroy() => CudaDriver.cuStreamDestroy_v2(handle);
}
