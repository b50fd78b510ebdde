using System.Collections.Concurrent;
using System.Diagnostics;

namespace Retrieval.Host.Diagnostics;

/// <summary>Collects what the host's threads say of themselves by <see cref="HostActivity"/>.</summary>
internal sealed class HostSpans : IDisposable
{
    /// <summary>An activity's own times are those of the day's clock, which the stopwatch that calls are timed by does not follow to the microsecond: a call would seem to begin before its span.</summary>
    private const string Begun = "retrieval.begun";

    private readonly ConcurrentQueue<HostSpan> _spans = [];
    private readonly ConcurrentDictionary<int, string> _threads = [];
    private readonly ActivityListener _listener;
    private readonly long _start;

    /// <param name="start">Timestamp of the stopwatch that spans are counted from.</param>
    public HostSpans(long start)
    {
        _start = start;
        _listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == HostActivity.Name,
            Sample = (ref _) => ActivitySamplingResult.PropagationData,
            ActivityStarted = activity => activity.SetCustomProperty(Begun, Stopwatch.GetTimestamp()),
            ActivityStopped = Add,
        };
        ActivitySource.AddActivityListener(_listener);
    }

    /// <summary>Threads that were met, by their managed number.</summary>
    public IReadOnlyDictionary<int, string> ThreadNames => _threads;

    /// <summary>Remembers a thread's name.</summary>
    public void Meet(Thread thread) => _threads.TryAdd(thread.ManagedThreadId, thread.Name is { Length: > 0 } name ? name : $"thread {thread.ManagedThreadId}");

    /// <summary>The spans that have ended, by their start.</summary>
    public IReadOnlyList<HostSpan> InOrder() => [.. _spans.OrderBy(span => span.StartMs)];

    /// <summary>Stops listening.</summary>
    public void Dispose() => _listener.Dispose();

    private void Add(Activity activity)
    {
        // What began before anyone listened has no beginning here.
        if (activity.GetCustomProperty(Begun) is not long begun)
            return;
        Meet(Thread.CurrentThread);
        var startMs = Ms(begun);
        _spans.Enqueue(new HostSpan(activity.OperationName, startMs, Ms(Stopwatch.GetTimestamp()) - startMs, Environment.CurrentManagedThreadId));
    }

    private double Ms(long timestamp) => Stopwatch.GetElapsedTime(_start, timestamp).TotalMilliseconds;
}
