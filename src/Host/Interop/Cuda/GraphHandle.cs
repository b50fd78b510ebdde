namespace Retrieval.Host.Interop.Cuda;

/// <summary>Work recorded from a stream.</summary>
internal sealed class GraphHandle : CudaHandle
{
    protected override CudaResult Destroy() => CudaDriver.cuGraphDestroy(handle);
}
