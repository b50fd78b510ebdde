using System.Runtime.InteropServices;
using Retrieval.Host.Interop.Cuda;

namespace Retrieval.Host.Interop;

/// <summary>
/// Finds the native libraries of this assembly: the entry's setting (if it is given, nothing else is tried), then the
/// application's folder, then the system. A library is looked for once, when it is first asked for.
/// </summary>
internal static class NativeLibraries
{
    private static readonly NativeLibraryEntry[] Table =
    [
        new(CudaDriver.Library, "RETRIEVAL_CUDA_DRIVER", ["libcuda.so.1", "libcuda.so"], ["nvcuda.dll"], "install NVIDIA's driver"),
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
            return InFolders(entry, applicationFolders).Concat(entry.Files);
        if (Path.GetFileName(setting) == setting && !Path.Exists(setting))
            return [setting];
        var path = Path.GetFullPath(setting);
        return Directory.Exists(path) ? InFolders(entry, [path]) : [path];
    }

    private static IEnumerable<string> InFolders(NativeLibraryEntry entry, IEnumerable<string> folders) =>
        folders.SelectMany(folder => entry.Files.Select(file => Path.Combine(folder, file)));
}
