using System.Text;

namespace Retrieval.Imaging.Interop;

/// <summary>An operation of libvips failed; the message is libvips's own, in one line. Never leaves this assembly.</summary>
internal sealed unsafe class VipsException(string message) : Exception(message)
{
    private const int LongestMessage = 300;

    internal static VipsException FromErrorBuffer() => new(TakeMessage());

    /// <summary>Takes (and clears) the process-wide error text as one line.</summary>
    internal static string TakeMessage()
    {
        var text = Vips.vips_error_buffer_copy();
        if (text is null)
            return "no reason given";
        try
        {
            var bytes = new ReadOnlySpan<byte>(text, int.MaxValue);
            return OneLine(Encoding.UTF8.GetString(bytes[..bytes.IndexOf((byte)0)]));
        }
        finally
        {
            GLib.g_free(text);
        }
    }

    /// <summary>The distinct lines joined, without control characters, cut at a readable length.</summary>
    internal static string OneLine(string text)
    {
        var lines = text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Distinct();
        var line = new string([.. string.Join("; ", lines).Where(character => !char.IsControl(character))]);
        return line.Length == 0 ? "no reason given" : line.Length <= LongestMessage ? line : line[..LongestMessage] + "...";
    }
}
