using System.Runtime.InteropServices;

namespace Retrieval.Imaging.Interop;

/// <summary>Logical library name to candidate file names, and the folders where a loader does not look by itself.</summary>
internal static class NativeLibraryNames
{
    /// <summary>File names of a logical name on this platform, the best first.</summary>
    internal static string[] Files(string library) => (library, Platform) switch
    {
        (Vips.Library, "win") => ["libvips-42.dll"],
        (Vips.Library, "osx") => ["libvips.42.dylib", "libvips.dylib"],
        (Vips.Library, _) => ["libvips.so.42", "libvips.so"],
        (GObject.Library, "win") => ["libgobject-2.0-0.dll"],
        (GObject.Library, "osx") => ["libgobject-2.0.0.dylib", "libgobject-2.0.dylib"],
        (GObject.Library, _) => ["libgobject-2.0.so.0", "libgobject-2.0.so"],
        (GLib.Library, "win") => ["libglib-2.0-0.dll"],
        (GLib.Library, "osx") => ["libglib-2.0.0.dylib", "libglib-2.0.dylib"],
        (GLib.Library, _) => ["libglib-2.0.so.0", "libglib-2.0.so"],
        _ => throw new ArgumentException($"no native library is called '{library}'", nameof(library)),
    };

    /// <summary>The application's own folders.</summary>
    internal static string[] ApplicationFolders =>
    [
        AppContext.BaseDirectory,
        Path.Combine(AppContext.BaseDirectory, "runtimes", RuntimeInformation.RuntimeIdentifier, "native"),
    ];

    /// <summary>Where package managers put libraries that the system's loader does not search.</summary>
    internal static string[] PackageFolders => Platform switch
    {
        "osx" => ["/opt/homebrew/lib", "/usr/local/lib"],
        "win" => [],
        _ => ["/usr/local/lib", "/home/linuxbrew/.linuxbrew/lib"],
    };

    /// <summary>How libvips is installed here.</summary>
    internal static string InstallHint => Platform switch
    {
        "osx" => "brew install vips",
        "win" => "unpack a libvips release and set " + VipsLocator.Setting + " to its bin folder",
        _ => "apt-get install libvips42",
    };

    private static string Platform => OperatingSystem.IsWindows() ? "win" : OperatingSystem.IsMacOS() ? "osx" : "linux";
}
