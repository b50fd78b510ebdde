namespace Retrieval.Host;

/// <summary>
/// Host memory seen as a tensor of a device, by <see cref="Device.View"/>. Whoever owns the memory keeps it alive and
/// unchanged until the view is disposed.
/// </summary>
public sealed class HostView : IDisposable
{
    private readonly bool _rented;

    internal HostView(Tensor tensor, bool rented)
    {
        Tensor = tensor;
        _rented = rented;
    }

    /// <summary>The memory as a tensor; not to be written.</summary>
    public Tensor Tensor { get; private set; }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_rented && !Tensor.IsNone)
            Tensor.Device.Return(Tensor);
        Tensor = Tensor.None;
    }
}
