using System.Diagnostics;
using Retrieval.Host.Backends;

namespace Retrieval.Host.Diagnostics;

/// <summary>
/// Everything that is done on a device from <see cref="Device.StartProfile"/> to <see cref="Finish"/>: each call with its time, what it
/// had to do, the memory rented out, and what the host's threads did beside it. It costs an operator a few hundred nanoseconds.
/// </summary>
public sealed class Profile : IDisposable
{
    private readonly Device _device;
    private readonly IBackend _backend;
    private readonly IDeviceClock _clock;
    private readonly ICallRanges? _ranges;
    private readonly HostSpans _spans;
    private readonly Lock _gate = new();
    private readonly Dictionary<CallKey, ProfiledOperator> _operators = [];
    private readonly List<OpenCall> _calls = [];
    private readonly List<MemorySample> _memory = [];
    private readonly long _start;
    private long _rented = -1;
    private bool _ended;

    internal Profile(Device device, IBackend backend)
    {
        (_device, _backend, _clock, _ranges) = (device, backend, backend.CreateClock(), backend.FindRanges());
        // The zero of both clocks: an idle device passes the mark at once.
        device.Synchronize();
        _clock.Mark();
        device.Synchronize();
        _start = Stopwatch.GetTimestamp();
        _spans = new HostSpans(_start);
        SampleMemory();
        device.Use(new ProfilingBackend(backend, this));
    }

    /// <summary>Waits for the device, gives it its own backend back, and tells what was seen.</summary>
    public ProfileResult Finish()
    {
        ObjectDisposedException.ThrowIf(_ended, this);
        _backend.Synchronize();
        var end = _clock.Mark();
        var hostMs = HostMs(Stopwatch.GetTimestamp());
        var times = Times(end);
        Dispose();
        var calls = _calls.ConvertAll(call => Timed(call, times));
        calls.Sort((left, right) => left.StartMs.CompareTo(right.StartMs));
        return new ProfileResult(calls, _spans.InOrder(), _spans.ThreadNames, _memory, _device.Memory.ReservedByteCount, Math.Max(times[end], hostMs));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_ended)
            return;
        _ended = true;
        _device.Use(_backend);
        _spans.Dispose();
        _clock.Dispose();
    }

    /// <summary>Begins a call; dispose what is returned when it has been made.</summary>
    internal CallScope Begin(string name, CallKind kind, ElementType type, Shape first, Shape second, Work work)
    {
        ProfiledOperator? known;
        var key = new CallKey(name, kind, type, first, second, work);
        lock (_gate)
            if (!_operators.TryGetValue(key, out known))
                _operators.Add(key, known = new ProfiledOperator(name, key.ShapesText, kind, type, work));
        _ranges?.Push(name);
        // What the device knows nothing of leaves no mark: it would only show when the host came by.
        return new CallScope(this, known, kind is CallKind.Operator or CallKind.Transfer ? _clock.Mark() : 0, Stopwatch.GetTimestamp());
    }

    internal void End(ProfiledOperator @operator, int startMark, long hostStart)
    {
        var endMark = startMark > 0 ? _clock.Mark() : 0;
        var call = new OpenCall(@operator, startMark, endMark, hostStart, Stopwatch.GetTimestamp(), Environment.CurrentManagedThreadId);
        _ranges?.Pop();
        _spans.Meet(Thread.CurrentThread);
        lock (_gate)
        {
            _calls.Add(call);
            SampleMemory();
        }
    }

    private ProfiledCall Timed(in OpenCall call, double[] times)
    {
        // Both ends are cut to the clock's ticks by themselves: what lies within another stays there.
        double hostStartMs = HostMs(call.HostStart), hostDurationMs = HostMs(call.HostEnd) - hostStartMs;
        return call.StartMark > 0
            ? new ProfiledCall(call.Operator, times[call.StartMark], times[call.EndMark] - times[call.StartMark], hostStartMs, hostDurationMs, call.Thread)
            : new ProfiledCall(call.Operator, hostStartMs, 0, hostStartMs, hostDurationMs, call.Thread);
    }

    private void SampleMemory()
    {
        var memory = _device.Memory;
        if (memory.RentedByteCount == _rented)
            return;
        _rented = memory.RentedByteCount;
        _memory.Add(new MemorySample(HostMs(Stopwatch.GetTimestamp()),
            Array.ConvertAll(Enum.GetValues<MemoryPurpose>(), purpose => memory.Main.Current(purpose) + memory.Scratch.Current(purpose))));
    }

    /// <summary>The time of each mark; from one to the next, as a long time has fewer digits left for the microseconds.</summary>
    private double[] Times(int last)
    {
        var times = new double[last + 1];
        for (var mark = 1; mark <= last; mark++)
            times[mark] = times[mark - 1] + _clock.ElapsedMs(mark - 1, mark);
        return times;
    }

    private double HostMs(long timestamp) => Stopwatch.GetElapsedTime(_start, timestamp).TotalMilliseconds;

    private readonly record struct OpenCall(ProfiledOperator Operator, int StartMark, int EndMark, long HostStart, long HostEnd, int Thread);
}
