using System.Diagnostics;

namespace Retrieval.Host.Diagnostics;

/// <summary>The clock of a device whose operators have finished when their calls return.</summary>
internal sealed class HostClock : IDeviceClock
{
    private readonly Lock _gate = new();
    private readonly List<long> _marks = [];

    public int Mark()
    {
        lock (_gate)
        {
            _marks.Add(Stopwatch.GetTimestamp());
            return _marks.Count - 1;
        }
    }

    public double ElapsedMs(int from, int to)
    {
        lock (_gate)
            return Stopwatch.GetElapsedTime(_marks[from], _marks[to]).TotalMilliseconds;
    }

    public void Clear()
    {
        lock (_gate)
            _marks.Clear();
    }

    public void Dispose()
    {
        // Nothing is held.
    }
}
