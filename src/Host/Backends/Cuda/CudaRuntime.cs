using Retrieval.Host.Interop;
using Retrieval.Host.Interop.Cuda;
using static Retrieval.Host.Interop.Cuda.CudaDriver;
using static Retrieval.Host.Interop.Cuda.CudaStatus;

namespace Retrieval.Host.Backends.Cuda;

/// <summary>The driver of this process. Nothing native is touched before <see cref="Start"/> is called for the first time.</summary>
internal static class CudaRuntime
{
    /// <summary>The first driver that is supported.</summary>
    private static readonly Version Oldest = new(12, 0);

    /// <summary>Loads and initialises the driver.</summary>
    /// <exception cref="DeviceException">No driver, no device, or a driver that is too old.</exception>
    public static CudaDriverFacts Start()
    {
        var library = NativeLibraries.Require(Library);
        var version = Version();
        if (version < Oldest)
            throw new DeviceException($"cuda: the driver at {library.Path} offers CUDA {version}, expected {Oldest} or later: install a newer NVIDIA driver");
        var result = cuInit(0);
        if (result != CudaResult.Success)
            throw new DeviceException($"cuda: the driver at {library.Path} does not start: {Describe(result)}{(CureFor(result) is { } cure ? ": " + cure : "")}");
        Check(cuDeviceGetCount(out var count));
        return new CudaDriverFacts(library.Path!, version, count, library.Has(nameof(cuFuncGetParamInfo)));
    }

    /// <summary>The CUDA that the loaded driver offers; asked without starting it.</summary>
    public static Version Version()
    {
        Check(cuDriverGetVersion(out var number));
        return new Version(number / 1000, number % 1000 / 10);
    }
}
