using System.Runtime.InteropServices;

namespace Retrieval.Imaging.Interop;

/// <summary>Loads and initialises libvips once, on first use.</summary>
internal static unsafe class VipsRuntime
{
    /// <summary>The first version with the <c>fail_on</c> argument of the loaders.</summary>
    private static readonly Version Oldest = new(8, 12);

    private static readonly VipsLocator Locator = new(Environment.GetEnvironmentVariable(VipsLocator.Setting));
    private static readonly Lazy<Version> Started = new(StartOnce);

    internal static IReadOnlyList<string> Tried => Locator.Tried;

    /// <summary>Makes sure that libvips is there and initialised.</summary>
    /// <returns>Its version.</returns>
    /// <exception cref="DllNotFoundException">No usable libvips; the message lists what was tried and says what to do.</exception>
    internal static Version Start() => Started.Value;

    private static Version StartOnce()
    {
        if (!Locator.TryLoad())
            throw new DllNotFoundException(NotFound(Locator.Tried));
        NativeLibrary.SetDllImportResolver(typeof(Vips).Assembly, (name, _, _) => Locator.Resolve(name));
        if (Vips.vips_init("retrieval") != 0)
            throw new DllNotFoundException($"libvips does not start: {VipsException.TakeMessage()}");
        var version = new Version(Vips.vips_version(0), Vips.vips_version(1), Vips.vips_version(2));
        if (version < Oldest)
            throw new DllNotFoundException($"libvips {version} at {VipsLocator.LoadedPath()} is too old, {Oldest} or later is needed; {Cure}");

        // Images are decoded once, many at a time on the caller's threads: no cache of results, no threads of its own.
        Vips.vips_cache_set_max(0);
        Vips.vips_concurrency_set(1);
        // Warnings, mostly about odd metadata, would litter the terminal.
        GLib.g_log_set_handler("VIPS", GLib.LogLevelsBelowCritical, &VipsException.KeepWarning, null);
        return version;
    }

    private static string Cure => $"install it ({NativeLibraryNames.InstallHint}) or set {VipsLocator.Setting} to the library or its folder";

    internal static string NotFound(IEnumerable<string> tried) =>
        $"libvips, which decodes images, was not found; {Cure}; tried: {string.Join(", ", tried)}";
}
