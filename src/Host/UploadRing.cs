namespace Retrieval.Host;

/// <summary>
/// Brings bytes to a device while it computes: a few buffers in turn, each filled by the host while the device still works on the
/// one before. One thread uses a ring.
/// </summary>
public sealed class UploadRing : IDisposable
{
    private readonly Device _device;
    private readonly Tensor[] _targets;
    private byte[] _staged = [];
    private int _turn, _length;

    /// <param name="device">Where the bytes go.</param>
    /// <param name="depth">Buffers, 2 or more.</param>
    public UploadRing(Device device, int depth = 2)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(depth, 2);
        _device = device;
        _targets = new Tensor[depth];
    }

    /// <summary>Memory to be filled, valid until <see cref="Send"/>.</summary>
    public Span<byte> Begin(int byteCount)
    {
        if (_staged.Length < byteCount)
            _staged = new byte[byteCount];
        _length = byteCount;
        return _staged.AsSpan(0, byteCount);
    }

    /// <summary>Queues the upload of what was filled.</summary>
    /// <returns>The bytes on the device, UInt8: for work that is queued before the ring comes round to this buffer again.</returns>
    public Tensor Send()
    {
        ref var target = ref _targets[_turn];
        _turn = (_turn + 1) % _targets.Length;
        if (target.IsNone || target.Count < _length)
        {
            _device.Return(target);
            target = _device.Rent(new Shape(_length), ElementType.UInt8, MemoryPurpose.Workspace);
        }
        var sent = target.Slice(0, _length);
        sent.Upload<byte>(_staged.AsSpan(0, _length));
        return sent;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var target in _targets)
            _device.Return(target);
        Array.Clear(_targets);
    }
}
