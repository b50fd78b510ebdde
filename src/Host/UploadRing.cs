using Retrieval.Host.Backends;

namespace Retrieval.Host;

/// <summary>
/// Brings bytes to a device while it computes: a few buffers in turn, each filled by the host while the device still works on the
/// one before. What is filled is what the device copies from: nothing is copied in between. One thread uses a ring.
/// </summary>
public sealed class UploadRing : IDisposable
{
    private readonly Device _device;
    private readonly IUploads _uploads;
    private int? _byteCount;
    private bool _disposed;

    /// <param name="device">Where the bytes go.</param>
    /// <param name="depth">Buffers, 2 or more.</param>
    public UploadRing(Device device, int depth = 2)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(depth, 2);
        (_device, _uploads) = (device, device.Backend.CreateUploads(device, depth));
    }

    /// <summary>Memory to be filled, valid until <see cref="Send"/>. Waits only while the upload that last left this buffer is under way.</summary>
    public Span<byte> Begin(int byteCount)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(byteCount);
        _device.RefuseInRecordedWork("UploadRing.Begin");
        _byteCount = byteCount;
        return _uploads.Begin(byteCount);
    }

    /// <summary>Queues the upload of what was filled.</summary>
    /// <returns>
    /// The bytes on the device, UInt8: for work that is queued before <c>depth - 1</c> more are sent (with two buffers: before the next one is).
    /// </returns>
    public Tensor Send()
    {
        _device.RefuseInRecordedWork("UploadRing.Send");
        if (_byteCount is not { } byteCount)
            throw new InvalidOperationException("UploadRing.Send: nothing to send, expected Begin first");
        _byteCount = null;
        return _device.Backend.Send(_uploads, byteCount);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_disposed)
            return;
        _disposed = true;
        _uploads.Dispose();
    }
}
