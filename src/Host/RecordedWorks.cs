using Retrieval.Host.Backends;

namespace Retrieval.Host;

/// <summary>The recorded works of a device. One of them runs at a time; another thread waits for its turn.</summary>
internal sealed class RecordedWorks
{
    private const int Nobody = 0;

    private readonly HashSet<RecordedWork> _recorded = [];
    private int _thread = Nobody;
    private string _name = "";
    private bool _recording;

    /// <summary>Held while a work runs, is recorded or is forgotten.</summary>
    public Lock Gate { get; } = new();

    /// <summary>Whether the calling thread is inside the action of a recorded work.</summary>
    public bool RunHere => Volatile.Read(ref _thread) == Environment.CurrentManagedThreadId;

    /// <summary>Whether the calling thread records: memory can be taken from the system meanwhile, but not given back.</summary>
    public bool Recording => _recording && RunHere;

    /// <summary>Refuses what cannot be part of recorded work.</summary>
    public void Refuse(string what)
    {
        if (RunHere)
            throw new OperatorException(what, $"called inside the recorded work '{_name}', expected before or after it: recorded work transfers nothing, tables of tensors and images included, and waits for nothing");
    }

    /// <summary>Runs an action as the work of that name; the gate is held.</summary>
    public void Inside(string name, Action action)
    {
        (_name, _thread) = (name, Environment.CurrentManagedThreadId);
        try
        {
            action();
        }
        finally
        {
            _thread = Nobody;
        }
    }

    /// <summary>Has a backend record an action; the gate is held.</summary>
    public IRecording? Record(IBackend backend, string name, Action action)
    {
        _recording = true;
        try
        {
            return backend.Record(name, action);
        }
        finally
        {
            _recording = false;
        }
    }

    /// <summary>Notes that a work holds addresses of the scratch memory from now on, or does so no more; the gate is held.</summary>
    public void Note(RecordedWork work, bool isRecorded)
    {
        if (isRecorded)
            _recorded.Add(work);
        else
            _recorded.Remove(work);
    }

    /// <summary>Lets every work run anew next time.</summary>
    public void ForgetAll()
    {
        lock (Gate)
        {
            foreach (var work in _recorded.ToArray())
                work.Forget();
        }
    }
}
