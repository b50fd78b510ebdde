using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Retrieval.Imaging.Interop;

/// <summary>
/// Finds libvips: the setting RETRIEVAL_LIBVIPS (a file or a folder; if it is given, nothing else is tried), then the
/// application's folder, then the system. GLib and GObject are taken from the libvips that was found, so that there is
/// one copy of them in the process.
/// </summary>
internal sealed class VipsLocator
{
    internal const string Setting = "RETRIEVAL_LIBVIPS";

    private readonly List<string> _tried = [];
    private readonly string? _setting;
    private nint _handle;

    internal VipsLocator(string? setting) => _setting = string.IsNullOrWhiteSpace(setting) ? null : setting;

    /// <summary>Every path and name tried so far.</summary>
    internal IReadOnlyList<string> Tried => _tried;

    /// <summary>Loads libvips.</summary>
    /// <returns>False if no candidate could be loaded.</returns>
    internal bool TryLoad() => _handle != 0 || TryAny(VipsCandidates(), out _handle);

    /// <summary>The handle that serves a logical library name.</summary>
    internal nint Resolve(string library)
    {
        if (library == Vips.Library)
            return _handle;
        // A loader that searches dependencies (all but Windows'), or a build with GLib inside, answers through libvips itself.
        if (NativeLibrary.TryGetExport(_handle, library == GObject.Library ? "g_object_unref" : "g_free", out _))
            return _handle;
        var beside = LoadedPath() is { } path ? InFolder(Path.GetDirectoryName(path)!, library) : [];
        return TryAny(beside.Concat(NativeLibraryNames.Files(library)), out var handle) ? handle : 0;
    }

    /// <summary>The file from which libvips was loaded, as the operating system tells it.</summary>
    internal static string? LoadedPath()
    {
        using var process = Process.GetCurrentProcess();
        var names = NativeLibraryNames.Files(Vips.Library).Select(name => name.Split('.')[0] + ".").ToArray();
        foreach (ProcessModule module in process.Modules)
            if (Path.GetFileName(module.FileName) is { } file && names.Any(name => file.StartsWith(name, StringComparison.OrdinalIgnoreCase)))
                return module.FileName;
        return null;
    }

    private static IEnumerable<string> InFolder(string folder, string library) =>
        NativeLibraryNames.Files(library).Select(file => Path.Combine(folder, file));

    private IEnumerable<string> VipsCandidates()
    {
        if (_setting is not null)
            return Directory.Exists(_setting) ? InFolder(_setting, Vips.Library) : [_setting];
        return NativeLibraryNames.ApplicationFolders.SelectMany(folder => InFolder(folder, Vips.Library))
            .Concat(NativeLibraryNames.Files(Vips.Library))
            .Concat(NativeLibraryNames.PackageFolders.SelectMany(folder => InFolder(folder, Vips.Library)));
    }

    private bool TryAny(IEnumerable<string> candidates, out nint handle)
    {
        foreach (var candidate in candidates)
        {
            var isPath = Path.IsPathRooted(candidate) || candidate == _setting;
            var exists = !isPath || File.Exists(candidate);
            if (exists && NativeLibrary.TryLoad(isPath ? Path.GetFullPath(candidate) : candidate, out handle))
            {
                _tried.Add(candidate);
                return true;
            }
            _tried.Add(isPath && exists ? candidate + " (there, but it does not load)" : candidate);
        }
        handle = 0;
        return false;
    }
}
