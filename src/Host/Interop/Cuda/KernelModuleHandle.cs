namespace Retrieval.Host.Interop.Cuda;

/// <summary>Kernels compiled from one PTX text.</summary>
internal sealed class KernelModuleHandle : CudaHandle
{
    protected override CudaResult Destroy() => CudaDriver.cuModuleUnload(handle);
}
