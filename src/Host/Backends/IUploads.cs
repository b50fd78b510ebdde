namespace Retrieval.Host.Backends;

/// <summary>The buffers behind an <see cref="UploadRing"/>.</summary>
internal interface IUploads : IDisposable
{
    /// <summary>The host's side of the next buffer, once its last upload is done.</summary>
    Span<byte> Begin(int byteCount);

    /// <summary>Queues the upload of what was filled.</summary>
    /// <returns>The device's side, UInt8.</returns>
    Tensor Send();
}
