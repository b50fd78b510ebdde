using System.Runtime.InteropServices;

namespace Retrieval.Imaging.Interop;

/// <summary>The two calls of GLib that are made.</summary>
internal static unsafe partial class GLib
{
    internal const string Library = "glib-2.0";

    /// <summary><c>G_LOG_LEVEL_WARNING | G_LOG_LEVEL_MESSAGE | G_LOG_LEVEL_INFO | G_LOG_LEVEL_DEBUG</c></summary>
    internal const int LogLevelsBelowCritical = (1 << 4) | (1 << 5) | (1 << 6) | (1 << 7);

    [LibraryImport(Library)]
    internal static partial void g_free(void* memory);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial uint g_log_set_handler(
        string domain, int levels, delegate* unmanaged[Cdecl]<byte*, int, byte*, void*, void> handler, void* userData);
}
