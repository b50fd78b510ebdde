namespace Retrieval.Imaging.Interop;

/// <summary>GObject's fundamental types: their number shifted left by two, part of GLib's stable ABI.</summary>
internal static class GType
{
    internal const nuint Boolean = 5 << 2;
    internal const nuint Int = 6 << 2;
    internal const nuint Double = 15 << 2;
    internal const nuint String = 16 << 2;
    internal const nuint Object = 20 << 2;
}
