using System.Runtime.InteropServices;

namespace Retrieval.Host.Interop.Cuda;

/// <summary>One reference to a device's primary context, which every library of the process shares.</summary>
internal sealed class PrimaryContextHandle() : SafeHandle(0, ownsHandle: true)
{
    /// <summary>The device whose context it is; set as soon as the context is retained.</summary>
    public int Device { get; set; }

    public override bool IsInvalid => handle == 0;

    protected override bool ReleaseHandle() => CudaDriver.cuDevicePrimaryCtxRelease_v2(Device) == CudaResult.Success;
}
