using Retrieval.Host.Backends;

namespace Retrieval.Host;

/// <summary>
/// Work on a device that is done again and again with the same tensors, by <see cref="Device.Record"/>. A device that can record
/// what an action queues replays it with one call from then on; another runs the action each time.
/// </summary>
/// <remarks>
/// The action transfers nothing, waits for nothing and returns all that it rents, except parameters and optimiser state; what it
/// reads and writes beyond that is rented outside. The first run just runs it, for work may be wanted once only, and what is made at
/// first use is made then; the second run records it. What it decides on the host is decided there: call <see cref="Forget"/> when that
/// would come out differently. A device runs one recorded work at a time; other threads wait.
/// </remarks>
public sealed class RecordedWork : IDisposable
{
    private readonly Device _device;
    private readonly RecordedWorks _works;
    private readonly Action _work, _inScratch;
    private IRecording? _recording;
    private bool _hasRun, _disposed;

    internal RecordedWork(Device device, RecordedWorks works, Action work, string name)
    {
        (_device, _works, _work, Name) = (device, works, work, name);
        _inScratch = RunInScratch;
    }

    /// <summary>What messages call the work.</summary>
    public string Name { get; }

    /// <summary>Queues the work.</summary>
    /// <exception cref="OperatorException">The action transfers or waits, runs other recorded work, or leaves something rented; it names what.</exception>
    public void Run()
    {
        _works.Refuse("RecordedWork.Run");
        lock (_works.Gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            if (_recording is null && _hasRun)
                Record();
            if (_recording is not null)
                _recording.Replay();
            else
                _inScratch();
            _hasRun = true;
        }
    }

    /// <summary>Lets the action run anew next time.</summary>
    public void Forget()
    {
        lock (_works.Gate)
        {
            _recording?.Dispose();
            (_recording, _hasRun) = (null, false);
            _works.Note(this, isRecorded: false);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_works.Gate)
        {
            Forget();
            _disposed = true;
        }
    }

    private void Record()
    {
        _recording = _works.Record(_device.Backend, Name, _inScratch);
        if (_recording is not null)
            _works.Note(this, isRecorded: true);
    }

    private void RunInScratch()
    {
        var scratch = _device.Memory.Scratch;
        // What failed work has left can be returned until now: whoever rented it may not know of the failure.
        scratch.Clear();
        _works.Inside(Name, _work);
        if (scratch.RentedByteCount == 0)
            return;
        var left = string.Join(", ", scratch.Rented());
        scratch.Clear();
        throw new OperatorException("RecordedWork.Run", $"'{Name}' has left rented, expected to be returned before its end: {left}");
    }
}
