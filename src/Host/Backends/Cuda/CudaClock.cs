using Retrieval.Host.Diagnostics;
using Retrieval.Host.Interop.Cuda;
using static Retrieval.Host.Interop.Cuda.CudaDriver;
using static Retrieval.Host.Interop.Cuda.CudaStatus;

namespace Retrieval.Host.Backends.Cuda;

/// <summary>Events of the compute stream that keep the time at which the stream passes them, to about half a microsecond.</summary>
internal sealed class CudaClock(CudaContext context, StreamHandle stream) : IDeviceClock
{
    private readonly Lock _gate = new();
    private readonly List<EventHandle> _events = [];
    private int _count;

    public int Mark()
    {
        context.Enter();
        lock (_gate)
        {
            if (_count == _events.Count)
                _events.Add(context.CreateTimedEvent());
            lock (context.Queue)
                Check(cuEventRecord(_events[_count], stream));
            return _count++;
        }
    }

    public double ElapsedMs(int from, int to)
    {
        EventHandle start, end;
        lock (_gate)
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(to, _count);
            (start, end) = (_events[from], _events[to]);
        }
        context.Enter();
        Check(cuEventSynchronize(end));
        Check(cuEventElapsedTime(out var milliseconds, start, end));
        return milliseconds;
    }

    public void Clear()
    {
        lock (_gate)
            _count = 0;
    }

    public void Dispose()
    {
        foreach (var @event in _events)
            @event.Dispose();
    }
}
