using Retrieval.Host.Interop;
using static Retrieval.Host.Interop.Cuda.CudaDriver;
using static Retrieval.Host.Interop.Cuda.CudaStatus;

namespace Retrieval.Host.Backends.Cuda;

/// <summary>Tells what there is of CUDA, and what is missing.</summary>
internal static class CudaProbe
{
    public static CudaPlatformStatus Run()
    {
        var library = NativeLibraries.Find(Library);
        var status = new CudaPlatformStatus { Tried = library.Tried, Path = library.Path };
        if (library.Handle != 0)
            status = status with { Version = CudaRuntime.Version(), Libraries = CudaLibraries.Probe() };
        return Kernels(Devices(status));
    }

    private static CudaPlatformStatus Devices(CudaPlatformStatus status)
    {
        try
        {
            return status with { Devices = [.. Enumerable.Range(0, CudaRuntime.Start().DeviceCount).Select(Describe)] };
        }
        catch (DeviceException missing)
        {
            return status with { Problem = missing.Message };
        }
    }

    private static CudaDeviceStatus Describe(int ordinal)
    {
        Check(cuDeviceGet(out var device, ordinal));
        var facts = CudaDeviceFacts.Of(device);
        return new CudaDeviceStatus(new DeviceName("cuda", ordinal), facts.Name, facts.ComputeCapability, facts.MemoryByteCount);
    }

    private static CudaPlatformStatus Kernels(CudaPlatformStatus status)
    {
        try
        {
            var source = new PtxSource(CudaSettings.FromEnvironment().PtxFolder);
            return status with { Kernels = $"{source.Modules.Count} modules of {source}" };
        }
        catch (DeviceException missing)
        {
            return status with { KernelProblem = missing.Message };
        }
    }
}
