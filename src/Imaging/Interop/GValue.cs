using System.Runtime.InteropServices;

namespace Retrieval.Imaging.Interop;

/// <summary>GLib's typed variant: the type and two words of data, 24 bytes on every platform. Zeroed before <c>g_value_init</c>.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct GValue
{
    internal nuint Type;
    internal long Data0;
    internal long Data1;
}
