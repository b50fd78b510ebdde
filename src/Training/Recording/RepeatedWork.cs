using Retrieval.Host;

namespace Retrieval.Training.Recording;

/// <summary>Work that may be wanted once only: the first time it just runs, from the second time on the device records it.</summary>
internal sealed class RepeatedWork(Device device, Action work) : IDisposable
{
    private RecordedWork? _recorded;
    private bool _wasRun;

    /// <summary>Queues the work.</summary>
    public void Run()
    {
        if (_wasRun)
            (_recorded ??= device.Record(work)).Run();
        else
            work();
        _wasRun = true;
    }

    /// <summary>As <see cref="RecordedWork.Forget"/>.</summary>
    public void Forget() => _recorded?.Forget();

    /// <inheritdoc/>
    public void Dispose() => _recorded?.Dispose();
}
