using System.Runtime.InteropServices;

namespace Retrieval.Host.Interop;

/// <summary>A native library in this process: its handle and the path or name by which it was loaded.</summary>
internal sealed record LoadedLibrary(nint Handle, string Path)
{
    /// <summary>Whether the library has a function of that name: later versions have more.</summary>
    public bool Has(string function) => NativeLibrary.TryGetExport(Handle, function, out _);
}
