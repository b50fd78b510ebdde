using System.Runtime.InteropServices;
using Retrieval.Host.Interop.Cuda;

namespace Retrieval.Host.Interop;

/// <summary>
/// Finds the native libraries of this assembly: the entry's setting (a file or a folder; if it is given, nothing else is
/// tried), then the application's folder, then the system. A library is loaded once, when it is first required.
/// </summary>
internal static class NativeLibraries
{
    private static readonly NativeLibraryEntry[] Table =
    [
        new(CudaDriver.Library, "RETRIEVAL_CUDA_DRIVER", ["libcuda.so.1", "libcuda.so"], ["nvcuda.dll"], "install NVIDIA's display driver"),
    ];

    private static readonly Lock Gate = new();
    private static readonly Dictionary<string, LoadedLibrary> Loaded = [];
    private static bool resolves;

    /// <summary>Makes sure that a library is loaded.</summary>
    /// <exception cref="DeviceException">It is not there; the message lists what was tried and says what to do.</exception>
    public static LoadedLibrary Require(string name)
    {
        lock (Gate)
        {
            if (Loaded.TryGetValue(name, out var library))
                return library;
            var entry = Table.First(entry => entry.Name == name);
            library = Load(entry, Environment.GetEnvironmentVariable(entry.Setting), ApplicationFolders);
            Loaded.Add(name, library);
            if (!resolves)
                NativeLibrary.SetDllImportResolver(typeof(NativeLibraries).Assembly, (wanted, _, _) => Require(wanted).Handle);
            resolves = true;
            return library;
        }
    }

    /// <summary>Loads the first candidate that loads.</summary>
    internal static LoadedLibrary Load(NativeLibraryEntry entry, string? setting, IEnumerable<string> applicationFolders)
    {
        var tried = new List<string>();
        foreach (var candidate in Candidates(entry, setting, applicationFolders))
        {
            var isPath = Path.IsPathRooted(candidate);
            var exists = !isPath || File.Exists(candidate);
            if (exists && NativeLibrary.TryLoad(candidate, out var handle))
                return new LoadedLibrary(handle, candidate);
            tried.Add(isPath && exists ? candidate + " (there, but it does not load)" : candidate);
        }
        throw new DeviceException($"{entry.Files[0]} was not found: {entry.Cure}, or set {entry.Setting} to the library or its folder; tried: {string.Join(", ", tried)}");
    }

    private static IEnumerable<string> Candidates(NativeLibraryEntry entry, string? setting, IEnumerable<string> applicationFolders)
    {
        if (string.IsNullOrWhiteSpace(setting))
            return applicationFolders.SelectMany(folder => entry.Files.Select(file => Path.Combine(folder, file))).Concat(entry.Files);
        var path = Path.GetFullPath(setting);
        return Directory.Exists(path) ? entry.Files.Select(file => Path.Combine(path, file)) : [path];
    }

    private static IEnumerable<string> ApplicationFolders =>
    [
        AppContext.BaseDirectory,
        Path.Combine(AppContext.BaseDirectory, "runtimes", RuntimeInformation.RuntimeIdentifier, "native"),
    ];
}
