using Retrieval.Host.Interop;
using Retrieval.Host.Interop.Cublas;
using Retrieval.Host.Interop.Cudnn;
using Retrieval.Host.Interop.Nvtx;

namespace Retrieval.Host.Backends.Cuda;

/// <summary>NVIDIA's libraries of this process: whether they are there and new enough. Nothing is loaded before it is asked for.</summary>
internal static class CudaLibraries
{
    private static readonly Version OldestCudnn = new(8, 9), OldestCublas = new(12, 0);

    /// <summary>Loads cuDNN and tells its version.</summary>
    /// <exception cref="DeviceException">It is not there, or too old.</exception>
    public static Version RequireCudnn() => Require(CudnnLibrary.Library, "cuDNN", nameof(CudnnLibrary.cudnnGetVersion), CudnnVersion, OldestCudnn, "RETRIEVAL_CUDNN");

    /// <summary>Loads cuBLASLt and tells its version.</summary>
    /// <exception cref="DeviceException">It is not there, or too old.</exception>
    public static Version RequireCublas() => Require(CublasLt.Library, "cuBLASLt", nameof(CublasLt.cublasLtGetVersion), CublasVersion, OldestCublas, "RETRIEVAL_CUBLASLT");

    /// <summary>Whether cuBLASLt is there: products can do without.</summary>
    public static bool HasCublas => NativeLibraries.Find(CublasLt.Library).Handle != 0;

    /// <summary>Looks for them, and for NVTX, and says what was found.</summary>
    public static IReadOnlyList<CudaLibraryStatus> Probe() =>
    [
        Probe("cuDNN", CudnnLibrary.Library, RequireCudnn),
        Probe("cuBLASLt", CublasLt.Library, RequireCublas),
        Probe("NVTX", NvtxLibrary.Library, RequireNvtx),
    ];

    private static CudaLibraryStatus Probe(string name, string library, Func<Version?> require)
    {
        var found = NativeLibraries.Find(library);
        var status = new CudaLibraryStatus(name, found.Path, found.Tried);
        try
        {
            return status with { Version = require() };
        }
        catch (DeviceException missing)
        {
            return status with { Problem = missing.Message };
        }
    }

    private static Version Require(string library, string name, string function, Func<Version> ask, Version oldest, string setting)
    {
        var loaded = Require(library, name, function, setting);
        var version = ask();
        return version >= oldest ? version
            : throw new DeviceException($"{name} at {loaded.Path} is version {version}, expected {oldest} or later: install a newer one, or set {setting} to it (see retrieval doctor)");
    }

    private static LoadedLibrary Require(string library, string name, string function, string setting)
    {
        var loaded = NativeLibraries.Require(library);
        return loaded.Has(function) ? loaded
            : throw new DeviceException($"{loaded.Path} is not {name}, as it lacks {function}: set {setting} to the library or its folder (see retrieval doctor)");
    }

    /// <summary>NVTX tells no version.</summary>
    private static Version? RequireNvtx()
    {
        Require(NvtxLibrary.Library, "NVTX", nameof(NvtxLibrary.nvtxRangePushA), "RETRIEVAL_NVTX");
        return null;
    }

    private static Version CudnnVersion()
    {
        var number = (int)CudnnLibrary.cudnnGetVersion();
        // Another scale from cuDNN 9 on: 8907 and 90100.
        return number < 10_000 ? new Version(number / 1000, number / 100 % 10, number % 100) : new Version(number / 10_000, number / 100 % 100, number % 100);
    }

    private static Version CublasVersion()
    {
        var number = (int)CublasLt.cublasLtGetVersion();
        return new Version(number / 10_000, number / 100 % 100, number % 100);
    }
}
