using System.Runtime.InteropServices;

namespace Retrieval.Imaging.Interop;

/// <summary>The calls of libvips that are made. Strings returned as pointers belong to libvips unless said otherwise.</summary>
internal static unsafe partial class Vips
{
    internal const string Library = "vips";

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int vips_init(string programName);

    /// <summary>Part 0..2 of the version: major, minor, micro.</summary>
    [LibraryImport(Library)]
    internal static partial int vips_version(int part);

    [LibraryImport(Library)]
    internal static partial void vips_concurrency_set(int threads);

    [LibraryImport(Library)]
    internal static partial void vips_cache_set_max(int operations);

    /// <summary>Copies and clears the process-wide error text; the copy is the caller's to <c>g_free</c>.</summary>
    [LibraryImport(Library)]
    internal static partial byte* vips_error_buffer_copy();

    [LibraryImport(Library)]
    internal static partial void vips_error_clear();

    /// <summary>Native memory that libvips has allocated and not freed, in bytes.</summary>
    [LibraryImport(Library)]
    internal static partial nuint vips_tracked_get_mem();

    [LibraryImport(Library)]
    internal static partial int vips_tracked_get_allocs();

    [LibraryImport(Library)]
    internal static partial int vips_tracked_get_files();

    /// <summary>The class of a name such as <c>VipsForeignLoadJpegSource</c>, or of an operation's nickname; null if this build lacks it.</summary>
    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial nuint vips_type_find(string baseName, string nickname);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial VipsOperationHandle vips_operation_new(string name);

    /// <summary>Runs the operation's checks and makes its outputs; the result is a reference of its own.</summary>
    [LibraryImport(Library)]
    internal static partial VipsOperationHandle vips_cache_operation_build(VipsOperationHandle operation);

    [LibraryImport(Library)]
    internal static partial void vips_object_unref_outputs(VipsOperationHandle operation);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial VipsSourceHandle vips_source_new_from_file(string path);

    /// <summary>The memory is not copied: it must stay where it is until every image made from the source is gone.</summary>
    [LibraryImport(Library)]
    internal static partial VipsSourceHandle vips_source_new_from_memory(void* data, nuint byteCount);

    /// <summary>The memory is not copied.</summary>
    [LibraryImport(Library)]
    internal static partial VipsImageHandle vips_image_new_from_memory(void* data, nuint byteCount, int width, int height, int bands, int format);

    [LibraryImport(Library)]
    internal static partial int vips_image_get_width(VipsImageHandle image);

    [LibraryImport(Library)]
    internal static partial int vips_image_get_height(VipsImageHandle image);

    [LibraryImport(Library)]
    internal static partial int vips_image_get_bands(VipsImageHandle image);

    [LibraryImport(Library)]
    internal static partial int vips_image_get_interpretation(VipsImageHandle image);

    /// <summary>The EXIF orientation, 1..8; 1 where the image has none.</summary>
    [LibraryImport(Library)]
    internal static partial int vips_image_get_orientation(VipsImageHandle image);

    /// <summary>The type of a metadata item, 0 if there is none of that name.</summary>
    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial nuint vips_image_get_typeof(VipsImageHandle image, string name);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int vips_image_get_blob(VipsImageHandle image, string name, void** data, nuint* byteCount);

    [LibraryImport(Library)]
    internal static partial VipsRegionHandle vips_region_new(VipsImageHandle image);

    /// <summary>Computes a rectangle on the calling thread; the packed copy of its pixels is the caller's to <c>g_free</c>.</summary>
    [LibraryImport(Library)]
    internal static partial byte* vips_region_fetch(VipsRegionHandle region, int left, int top, int width, int height, nuint* byteCount);

    [LibraryImport(Library)]
    internal static partial nuint vips_array_double_get_type();

    [LibraryImport(Library)]
    internal static partial void vips_value_set_array_double(GValue* value, double* array, int count);

    [LibraryImport(Library)]
    internal static partial nuint vips_blob_get_type();

    /// <summary>A blob that owns nothing (a null <paramref name="free"/>); released by <c>vips_area_unref</c>.</summary>
    [LibraryImport(Library)]
    internal static partial void* vips_blob_new(void* free, void* data, nuint byteCount);

    [LibraryImport(Library)]
    internal static partial void vips_area_unref(void* area);

    [LibraryImport(Library)]
    internal static partial void* vips_value_get_blob(GValue* value, nuint* byteCount);
}
