using System.Runtime.CompilerServices;

namespace Retrieval.Host;

/// <summary>
/// A dense row-major array in a device's memory: shape, element type and address. A small value that owns nothing:
/// the memory belongs to the <see cref="Arena"/> that rented it out. <c>default</c> is "no tensor" (<see cref="IsNone"/>).
/// Activations are [N, H, W, C], convolution weights [K, R, S, C], descriptors [N, D].
/// </summary>
public readonly struct Tensor
{
    internal Tensor(Device device, nint address, Shape shape, ElementType type)
    {
        Device = device;
        Address = address;
        Shape = shape;
        Type = type;
    }

    /// <summary>Stands for an optional tensor that is not given.</summary>
    public static Tensor None => default;

    public bool IsNone => Address == 0;

    public Device Device { get; }

    public nint Address { get; }

    public Shape Shape { get; }

    public ElementType Type { get; }

    public long Count => Shape.Count;

    public long ByteCount => Count * Type.ByteSize();

    /// <summary>The same memory under another shape of as many elements.</summary>
    public Tensor Reshape(Shape shape) => shape.Count == Count
        ? new Tensor(Device, Address, shape, Type)
        : throw new ArgumentException($"cannot see {Shape} as {shape}: {Count} elements against {shape.Count}", nameof(shape));

    /// <summary>The entries [first, first + count) of the outermost axis: the same memory.</summary>
    public Tensor Slice(int first, int count)
    {
        if (first < 0 || count < 0 || (long)first + count > Shape[0])
            throw new ArgumentOutOfRangeException(nameof(first), $"slice [{first}, {first} + {count}) of {Shape}");
        var stride = Shape[0] == 0 ? 0 : ByteCount / Shape[0];
        return new Tensor(Device, Address + (nint)(first * stride), Shape.WithFirst(count), Type);
    }

    /// <summary>Copies host values into the tensor.</summary>
    public void Upload<T>(ReadOnlySpan<T> values) where T : unmanaged => Device.Upload(values, this);

    /// <summary>Copies the tensor's values to the host.</summary>
    public void Download<T>(Span<T> values) where T : unmanaged => Device.Download(this, values);

    /// <summary>The tensor's values as a new array.</summary>
    public T[] ToArray<T>() where T : unmanaged
    {
        var values = new T[Count];
        Download<T>(values);
        return values;
    }

    public override string ToString() => IsNone ? "none" : $"{Type} {Shape} on {Device.Name}";

    /// <summary>Typed address for a backend whose memory the processor can reach.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal unsafe T* Pointer<T>() where T : unmanaged => (T*)Address;
}
