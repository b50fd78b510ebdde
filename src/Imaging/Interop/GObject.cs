using System.Runtime.InteropServices;

namespace Retrieval.Imaging.Interop;

/// <summary>The property API of GObject: what is needed to set and get the arguments of an operation without variadic calls.</summary>
internal static unsafe partial class GObject
{
    internal const string Library = "gobject-2.0";

    [LibraryImport(Library)]
    internal static partial void g_object_unref(nint instance);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial void g_object_set_property(GObjectHandle instance, string name, GValue* value);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial void g_object_get_property(GObjectHandle instance, string name, GValue* value);

    [LibraryImport(Library)]
    internal static partial GValue* g_value_init(GValue* value, nuint type);

    [LibraryImport(Library)]
    internal static partial void g_value_unset(GValue* value);

    [LibraryImport(Library)]
    internal static partial void g_value_set_boolean(GValue* value, int content);

    [LibraryImport(Library)]
    internal static partial void g_value_set_int(GValue* value, int content);

    [LibraryImport(Library)]
    internal static partial void g_value_set_double(GValue* value, double content);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial void g_value_set_string(GValue* value, string content);

    [LibraryImport(Library)]
    internal static partial void g_value_set_object(GValue* value, GObjectHandle content);

    [LibraryImport(Library)]
    internal static partial void g_value_set_boxed(GValue* value, void* content);

    /// <summary>A new reference to the object in the value.</summary>
    [LibraryImport(Library)]
    internal static partial VipsImageHandle g_value_dup_object(GValue* value);
}
