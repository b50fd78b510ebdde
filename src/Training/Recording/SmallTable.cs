using Retrieval.Host;

namespace Retrieval.Training.Recording;

/// <summary>A few numbers on the device, sent again only when they have changed.</summary>
internal sealed class SmallTable(Device device, int count) : IDisposable
{
    private readonly int[] _sent = new int[count];
    private bool _isSent;

    /// <summary>Int32 [count].</summary>
    public Tensor Values { get; } = device.Rent(new Shape(count), ElementType.Int32, MemoryPurpose.Workspace);

    public void Set(ReadOnlySpan<int> values)
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
