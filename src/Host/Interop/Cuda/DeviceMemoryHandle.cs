namespace Retrieval.Host.Interop.Cuda;

/// <summary>A piece of the device's memory.</summary>
internal sealed class DeviceMemoryHandle : CudaHandle
{
    /// <summary>Where it begins, in the device's addresses.</summary>
    public nint Address => handle;

    protected override CudaResult Destroy() => CudaDriver.cuMemFree_v2(handle);
}
