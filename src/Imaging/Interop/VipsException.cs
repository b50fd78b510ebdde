using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Retrieval.Imaging.Interop;

/// <summary>An operation of libvips failed; the message is libvips's own, in one line. Never leaves this assembly.</summary>
internal sealed unsafe class VipsException(string message) : Exception(message)
{
    private const int LongestMessage = 300;

    /// <summary>The last warning on this thread: some loaders fail with no more than that.</summary>
    [ThreadStatic]
    private static string? lastWarning;

    internal static VipsException FromErrorBuffer() => new(TakeMessage());

    /// <summary>Forgets the process-wide error text and this thread's warning.</summary>
    internal static void Clear()
    {
        Vips.vips_error_clear();
        lastWarning = null;
    }

    /// <summary>Takes (and clears) the process-wide error text, or else this thread's last warning, as one line.</summary>
    internal static string TakeMessage()
    {
        var text = Vips.vips_error_buffer_copy();
        try
        {
            return OneLine(Marshal.PtrToStringUTF8((nint)text) is { Length: > 0 } message ? message : lastWarning ?? "");
        }
        finally
        {
            GLib.g_free(text);
        }
    }

    /// <summary>GLib's log handler for libvips.</summary>
    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    internal static void KeepWarning(byte* domain, int level, byte* message, void* userData) => lastWarning = Marshal.PtrToStringUTF8((nint)message);

    /// <summary>The distinct lines joined, without control characters, cut at a readable length.</summary>
    internal static string OneLine(string text)
    {
        var lines = text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Distinct();
        var line = new string([.. string.Join("; ", lines).Where(character => !char.IsControl(character))]);
        return line.Length == 0 ? "no reason given" : line.Length <= LongestMessage ? line : line[..LongestMessage] + "...";
    }
}
