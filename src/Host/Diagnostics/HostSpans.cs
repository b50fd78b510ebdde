using System.Collections.Concurrent;
using System.Diagnostics;

namespace Retrieval.Host.Diagnostics;

/// <summary>Collects what the host's threads say of themselves by <see cref="HostActivity"/>.</summary>
internal sealed class HostSpans : IDisposable
{
    private readonly ConcurrentQueue<HostSpan> _spans = [];
    private readonly ConcurrentDictionary<int, string> _threads = [];
    private readonly ActivityListener _listener;
    private readonly DateTime _start;

    /// <param name="start">Timestamp of the stopwatch that spans are counted from.</param>
    public HostSpans(long start)
    {
        _start = DateTime.UtcNow - Stopwatch.GetElapsedTime(start);
        _listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == HostActivity.Name,
            Sample = (ref _) => ActivitySamplingResult.PropagationData,
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
        Meet(Thread.CurrentThread);
        _spans.Enqueue(new HostSpan(activity.OperationName, (activity.StartTimeUtc - _start).TotalMilliseconds, activity.Duration.TotalMilliseconds, Environment.CurrentManagedThreadId));
    }
}
