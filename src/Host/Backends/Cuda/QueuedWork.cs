using Retrieval.Host.Interop.Cuda;

namespace Retrieval.Host.Backends.Cuda;

/// <summary>What the compute stream was given since the host last waited for it, as far as the message of a failure can tell.</summary>
internal sealed class QueuedWork(string title, bool blocking)
{
    private readonly Lock _gate = new();
    private readonly List<string> _replayed = [];

    /// <summary>Notes that recorded work was queued.</summary>
    public void Note(string name)
    {
        lock (_gate)
        {
            if (!_replayed.Contains(name))
                _replayed.Add(name);
        }
    }

    /// <summary>All of it has ended well.</summary>
    public void Ended()
    {
        lock (_gate)
            _replayed.Clear();
    }

    /// <summary>A failure that shows while the host waits comes from work queued before.</summary>
    public CudaException Late(CudaException failure)
    {
        lock (_gate)
        {
            var recorded = _replayed.Count == 0 ? "" : $", among it the recorded work {string.Join(", ", _replayed.Select(name => $"'{name}'"))}";
            var cure = blocking ? "" : $"; set {CudaSettings.BlockingLaunches}=1 to learn which kernel";
            return new CudaException(failure.Result, $"{title}: {failure.Message}: work queued before failed{recorded}{cure}");
        }
    }
}
