using Retrieval.Imaging.Codecs;
using Retrieval.Imaging.Interop;

namespace Retrieval.Imaging;

/// <summary>The native library behind decoding and encoding: where it is and what it can do.</summary>
public static class ImagingLibrary
{
    /// <summary>The setting that names libvips, a file or a folder.</summary>
    public const string Setting = VipsLocator.Setting;

    /// <summary>Looks for libvips and starts it. Never throws for a missing library: the status says so.</summary>
    public static ImagingLibraryStatus Probe()
    {
        try
        {
            var version = VipsRuntime.Start();
            var formats = ImageFormat.All.Where(format => format.IsSupported).Select(format => format.Name);
            return new ImagingLibraryStatus(VipsLocator.LoadedPath(), version.ToString(), [.. formats], VipsRuntime.Tried, Problem: null);
        }
        catch (DllNotFoundException missing)
        {
            return new ImagingLibraryStatus(Path: null, Version: null, [], VipsRuntime.Tried, missing.Message);
        }
    }

    /// <summary>Starts libvips now, so that a missing library is reported before long work begins.</summary>
    /// <exception cref="DllNotFoundException">No usable libvips; the message lists what was tried and says what to do.</exception>
    public static void Require() => VipsRuntime.Start();
}
