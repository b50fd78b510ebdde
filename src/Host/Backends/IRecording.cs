namespace Retrieval.Host.Backends;

/// <summary>Recorded work that a backend runs again with one call. Disposing gives it up once what is queued of it has run.</summary>
internal interface IRecording : IDisposable
{
    /// <summary>Queues the work.</summary>
    void Replay();
}
