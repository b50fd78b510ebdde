using Retrieval.Host.Backends.Cuda;

namespace Retrieval.Host;

/// <summary>A look at the CUDA of this machine without opening a device.</summary>
public static class CudaPlatform
{
    /// <summary>Loads the driver if it is there and asks it for its devices; what is missing stands in the result.</summary>
    public static CudaPlatformStatus Probe() => CudaProbe.Run();
}
