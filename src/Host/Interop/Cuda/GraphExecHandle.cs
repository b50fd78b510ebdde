namespace Retrieval.Host.Interop.Cuda;

/// <summary>A graph ready to run.</summary>
internal sealed class GraphExecHandle : CudaHandle
{
    protected override CudaResult Destroy() => CudaDriver.cuGraphExecDestroy(handle);
}
