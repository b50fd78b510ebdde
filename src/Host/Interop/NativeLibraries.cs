using System.Runtime.InteropServices;
using Retrieval.Host.Interop.Cublas;
using Retrieval.Host.Interop.Cuda;
using Retrieval.Host.Interop.Cudnn;
using Retrieval.Host.Interop.Nvtx;

namespace Retrieval.Host.Interop;

/// <summary>
/// Finds the native libraries of this assembly: the entry's setting (if it is given, nothing else is tried), then the
/// application's folder, then the system, then the wheels of Python environments. A library is looked for once, when it is first asked for.
/// </summary>
internal static class NativeLibraries
{
    /// <summary>
    /// What cuDNN loads by name when it first needs it, in the order in which the parts need each other. Once loaded from wherever they
    /// are, the system's loader knows them by that name.
    /// </summary>
    private static readonly string[] CudnnCompanions =
    [
        "libcublasLt.so.13", "libcublasLt.so.12", "libcublas.so.13", "libcublas.so.12", "libnvrtc.so.13", "libnvrtc.so.12",
        "libcudnn_graph.so.9", "libcudnn_ops.so.9", "libcudnn_cnn.so.9", "libcudnn_heuristic.so.9",
        "libcudnn_engines_precompiled.so.9", "libcudnn_engines_runtime_compiled.so.9", "libcudnn_engines_tensor_ir.so.9",
        "libcudnn_ops_infer.so.8", "libcudnn_cnn_infer.so.8", "libcudnn_ops_train.so.8", "libcudnn_cnn_train.so.8",
        "cublasLt64_13.dll", "cublasLt64_12.dll", "cublas64_13.dll", "cublas64_12.dll", "nvrtc64_130_0.dll", "nvrtc64_120_0.dll",
        "cudnn_graph64_9.dll", "cudnn_ops64_9.dll", "cudnn_cnn64_9.dll", "cudnn_heuristic64_9.dll",
        "cudnn_engines_precompiled64_9.dll", "cudnn_engines_runtime_compiled64_9.dll", "cudnn_engines_tensor_ir64_9.dll",
        "cudnn_ops_infer64_8.dll", "cudnn_cnn_infer64_8.dll", "cudnn_ops_train64_8.dll", "cudnn_cnn_train64_8.dll",
    ];

    private static readonly NativeLibraryEntry[] Table =
    [
        new(CudaDriver.Library, "RETRIEVAL_CUDA_DRIVER", ["libcuda.so.1", "libcuda.so"], ["nvcuda.dll"], "install NVIDIA's driver"),
        new(CublasLt.Library, "RETRIEVAL_CUBLASLT", ["libcublasLt.so.13", "libcublasLt.so.12"], ["cublasLt64_13.dll", "cublasLt64_12.dll"],
            "install cuBLAS of CUDA 12 or 13 (pip install nvidia-cublas-cu12 will do)") { Wheels = ["cu13", "cublas"] },
        new(CudnnLibrary.Library, "RETRIEVAL_CUDNN", ["libcudnn.so.9", "libcudnn.so.8"], ["cudnn64_9.dll", "cudnn64_8.dll"],
            "install cuDNN 8.9 or later (pip install nvidia-cudnn-cu12 will do)") { Wheels = ["cudnn"], Companions = CudnnCompanions },
        new(NvtxLibrary.Library, "RETRIEVAL_NVTX", ["libnvtx3interop.so.1", "libnvToolsExt.so.1"], ["nvToolsExt64_1.dll"],
            "install NVTX of CUDA 12 or 13 (pip install nvidia-nvtx-cu12 will do)") { Wheels = ["cu13", "nvtx"] },
    ];

    private static readonly Lock Gate = new();
    private static readonly Dictionary<string, LoadedLibrary> Found = [];
    private static bool resolves;

    private static IEnumerable<string> ApplicationFolders =>
    [
        AppContext.BaseDirectory,
        Path.Combine(AppContext.BaseDirectory, "runtimes", RuntimeInformation.RuntimeIdentifier, "native"),
    ];

    /// <summary>Loads a library if it is there.</summary>
    public static LoadedLibrary Find(string name)
    {
        lock (Gate)
        {
            if (!resolves)
                NativeLibrary.SetDllImportResolver(typeof(NativeLibraries).Assembly, (wanted, _, _) => Find(wanted).Handle);
            resolves = true;
            if (Found.TryGetValue(name, out var library))
                return library;
            var entry = Entry(name);
            library = Load(entry, Environment.GetEnvironmentVariable(entry.Setting), ApplicationFolders);
            Found.Add(name, library);
            return library;
        }
    }

    /// <summary>Loads a library.</summary>
    /// <exception cref="DeviceException">It is not there; the message lists what was tried and says what to do.</exception>
    public static LoadedLibrary Require(string name)
    {
        var library = Find(name);
        return library.Handle != 0 ? library : throw new DeviceException(NotFound(Entry(name), library));
    }

    /// <summary>Loads the first candidate that loads.</summary>
    internal static LoadedLibrary Load(NativeLibraryEntry entry, string? setting, IEnumerable<string> applicationFolders)
    {
        var tried = new List<string>();
        foreach (var candidate in Candidates(entry, setting, applicationFolders))
        {
            var isThere = !Path.IsPathRooted(candidate) || File.Exists(candidate);
            if (isThere && Path.IsPathRooted(candidate))
                LoadCompanions(entry, candidate);
            if (isThere && NativeLibrary.TryLoad(candidate, out var handle))
                return new LoadedLibrary(handle, candidate, [.. tried, candidate]);
            tried.Add(isThere && Path.IsPathRooted(candidate) ? candidate + " (there, but it does not load)" : candidate);
        }
        return new LoadedLibrary(0, null, tried);
    }

    internal static string NotFound(NativeLibraryEntry entry, LoadedLibrary library) =>
        $"{entry.Files[0]} was not found: {entry.Cure}, or set {entry.Setting} to the library or its folder; tried: {string.Join(", ", library.Tried)}";

    private static NativeLibraryEntry Entry(string name) => Table.First(entry => entry.Name == name);

    /// <summary>A setting is a file, a folder, or a bare name, which the system's loader looks up.</summary>
    private static IEnumerable<string> Candidates(NativeLibraryEntry entry, string? setting, IEnumerable<string> applicationFolders)
    {
        if (string.IsNullOrWhiteSpace(setting))
            return InFolders(entry, applicationFolders).Concat(entry.Files).Concat(InFolders(entry, PythonWheels.Folders(entry.Wheels)));
        if (Path.GetFileName(setting) == setting && !Path.Exists(setting))
            return [setting];
        var path = Path.GetFullPath(setting);
        return Directory.Exists(path) ? InFolders(entry, [path]) : [path];
    }

    /// <summary>Loads what lies there of a library's companions; the library itself will say what it misses.</summary>
    private static void LoadCompanions(NativeLibraryEntry entry, string file)
    {
        if (entry.Companions.Length == 0)
            return;
        string[] folders = [Path.GetDirectoryName(file)!, .. PythonWheels.Siblings(file)];
        foreach (var path in entry.Companions.SelectMany(companion => folders.Select(folder => Path.Combine(folder, companion))).Where(File.Exists))
            NativeLibrary.TryLoad(path, out _);
    }

    private static IEnumerable<string> InFolders(NativeLibraryEntry entry, IEnumerable<string> folders) =>
        folders.SelectMany(folder => entry.Files.Select(file => Path.Combine(folder, file)));
}
