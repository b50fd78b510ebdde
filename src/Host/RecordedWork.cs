namespace Retrieval.Host;

/// <summary>
/// Work on a device that is done again and again with the same tensors, by <see cref="Device.Record"/>. A device that can record
/// what an action queues replays it with one call from then on; another runs the action each time.
/// </summary>
/// <remarks>
/// The action transfers nothing, waits for nothing and returns all that it rents, except parameters and optimiser state; what it
/// reads and writes beyond that is rented outside. What it decides on the host is decided once: call <see cref="Forget"/> when
/// that would come out differently.
/// </remarks>
public sealed class RecordedWork : IDisposable
{
    private readonly Action _work;

    internal RecordedWork(Action work) => _work = work;

    /// <summary>Queues the work.</summary>
    public void Run() => _work();

    /// <summary>Lets the action run anew next time.</summary>
    public void Forget()
    {
    }

    /// <inheritdoc/>
    public void Dispose() => Forget();
}
