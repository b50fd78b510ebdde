namespace Retrieval.Host.Backends;

/// <summary>One place of a <see cref="ReadbackRing"/>.</summary>
internal interface IReadback : IDisposable
{
    /// <summary>Queues the copy of a tensor to the host, in its place among the work queued so far. What was queued before has been taken.</summary>
    void Queue(Tensor source);

    /// <summary>Waits for the bytes that were queued last; they stay until the next are queued.</summary>
    ReadOnlySpan<byte> Take();
}
