using System.Runtime.InteropServices;

namespace Retrieval.Host.Interop;

/// <summary>What a search for a native library has found.</summary>
/// <param name="Handle">The library, or 0.</param>
/// <param name="Path">The path or name by which it was loaded, or null.</param>
/// <param name="Tried">Every path and name that was tried, in order.</param>
internal sealed record LoadedLibrary(nint Handle, string? Path, IReadOnlyList<string> Tried)
{
    /// <summary>Whether the library has a function of that name: later versions have more.</summary>
    public bool Has(string function) => NativeLibrary.TryGetExport(Handle, function, out _);
}
