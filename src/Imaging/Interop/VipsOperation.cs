namespace Retrieval.Imaging.Interop;

/// <summary>One call of a libvips operation: properties are set by name, then the outputs are read. Used once.</summary>
internal sealed unsafe class VipsOperation : IDisposable
{
    private readonly VipsOperationHandle _operation;

    /// <exception cref="VipsException">This build of libvips has no such operation.</exception>
    internal VipsOperation(string name)
    {
        _operation = Vips.vips_operation_new(name);
        if (_operation.IsInvalid)
            throw VipsException.FromErrorBuffer();
    }

    /// <summary>Sets an integer or an enumeration.</summary>
    internal VipsOperation Set(string property, int content)
    {
        var value = Initialized(GType.Int);
        GObject.g_value_set_int(&value, content);
        return SetAndClear(property, &value);
    }

    internal VipsOperation Set(string property, bool content)
    {
        var value = Initialized(GType.Boolean);
        GObject.g_value_set_boolean(&value, content ? 1 : 0);
        return SetAndClear(property, &value);
    }

    internal VipsOperation Set(string property, double content)
    {
        var value = Initialized(GType.Double);
        GObject.g_value_set_double(&value, content);
        return SetAndClear(property, &value);
    }

    internal VipsOperation Set(string property, string content)
    {
        var value = Initialized(GType.String);
        GObject.g_value_set_string(&value, content);
        return SetAndClear(property, &value);
    }

    internal VipsOperation Set(string property, GObjectHandle content)
    {
        var value = Initialized(GType.Object);
        GObject.g_value_set_object(&value, content);
        return SetAndClear(property, &value);
    }

    internal VipsOperation Set(string property, ReadOnlySpan<double> content)
    {
        var value = Initialized(Vips.vips_array_double_get_type());
        fixed (double* array = content)
            Vips.vips_value_set_array_double(&value, array, content.Length);
        return SetAndClear(property, &value);
    }

    /// <summary>Sets a blob over memory that must stay where it is until every image made from it is gone.</summary>
    internal VipsOperation SetMemory(string property, byte* data, int byteCount)
    {
        var blob = Vips.vips_blob_new(null, data, (nuint)byteCount);
        var value = Initialized(Vips.vips_blob_get_type());
        GObject.g_value_set_boxed(&value, blob);
        Vips.vips_area_unref(blob);
        return SetAndClear(property, &value);
    }

    /// <summary>Runs the operation and returns its output image.</summary>
    /// <exception cref="VipsException">The operation refused its arguments or failed.</exception>
    internal VipsImageHandle Image(string output = "out") => Run(built =>
    {
        var value = Initialized(GType.Object);
        GObject.g_object_get_property(built, output, &value);
        var image = GObject.g_value_dup_object(&value);
        GObject.g_value_unset(&value);
        return image;
    });

    /// <summary>Runs the operation and returns a copy of its output bytes.</summary>
    /// <exception cref="VipsException">The operation refused its arguments or failed.</exception>
    internal byte[] Bytes(string output = "buffer") => Run(built =>
    {
        var value = Initialized(Vips.vips_blob_get_type());
        GObject.g_object_get_property(built, output, &value);
        nuint byteCount;
        var data = Vips.vips_value_get_blob(&value, &byteCount);
        var bytes = new ReadOnlySpan<byte>(data, checked((int)byteCount)).ToArray();
        GObject.g_value_unset(&value);
        return bytes;
    });

    public void Dispose() => _operation.Dispose();

    private T Run<T>(Func<VipsOperationHandle, T> read)
    {
        using var built = Vips.vips_cache_operation_build(_operation);
        if (built.IsInvalid)
        {
            Vips.vips_object_unref_outputs(_operation);
            throw VipsException.FromErrorBuffer();
        }
        try
        {
            return read(built);
        }
        finally
        {
            // The outputs hold the operation and the operation its outputs, until told to let go.
            Vips.vips_object_unref_outputs(built);
        }
    }

    private static GValue Initialized(nuint type)
    {
        GValue value = default;
        GObject.g_value_init(&value, type);
        return value;
    }

    private VipsOperation SetAndClear(string property, GValue* value)
    {
        GObject.g_object_set_property(_operation, property, value);
        GObject.g_value_unset(value);
        return this;
    }
}
