using Retrieval.Host;

namespace Retrieval.Training.Recording;

/// <summary>A few numbers on the device, sent again only when they have changed.</summary>
internal sealed class SmallTable<T>(Device device, int count) : IDisposable
    where T : unmanaged, IEquatable<T>
{
    private readonly T[] _sent = new T[count];
    private bool _isSent;

    /// <summary>[count], of the element type that T is.</summary>
    public Tensor Values { get; } = device.Rent(new Shape(count), typeof(T) == typeof(long) ? ElementType.Int64 : ElementType.Int32, MemoryPurpose.Workspace);

    public void Set(ReadOnlySpan<T> values)
    {
        if (_isSent && values.SequenceEqual(_sent))
            return;
        Values.Upload(values);
        values.CopyTo(_sent);
        _isSent = true;
    }

    /// <inheritdoc/>
    public void Dispose() => device.Return(Values);
}
