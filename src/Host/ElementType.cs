namespace Retrieval.Host;

/// <summary>What one element of a tensor is.</summary>
public enum ElementType : byte
{
    Float32,
    Int32,
    Int64,
    UInt8,
    BFloat16,

    /// <summary>For matrix products where float32 is not enough.</summary>
    Float64,
}

/// <summary>Facts about element types.</summary>
public static class ElementTypes
{
    /// <summary>Bytes of one element.</summary>
    public static int ByteSize(this ElementType type) => type switch
    {
        ElementType.Float32 or ElementType.Int32 => 4,
        ElementType.Int64 or ElementType.Float64 => 8,
        ElementType.BFloat16 => 2,
        ElementType.UInt8 => 1,
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "not an element type"),
    };

    /// <summary>The element type that holds values of the managed type <typeparamref name="T"/>.</summary>
    public static ElementType Of<T>() where T : unmanaged => default(T) switch
    {
        float => ElementType.Float32,
        int => ElementType.Int32,
        long => ElementType.Int64,
        byte => ElementType.UInt8,
        BFloat16 => ElementType.BFloat16,
        double => ElementType.Float64,
        _ => throw new NotSupportedException($"no tensor element type for {typeof(T)}"),
    };
}
