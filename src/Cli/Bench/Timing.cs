using System.Diagnostics;

namespace Retrieval.Cli.Bench;

/// <summary>How long a call takes once it is warm, and what it allocates on the managed heap, all threads together.</summary>
internal readonly record struct Timing(double MedianMs, double FastestMs, double SlowestMs, long AllocatedBytesPerCall)
{
    // Long enough for the runtime to have compiled the hot methods at their best tier.
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(1);

    /// <summary>Runs a call until it is warm, then times it.</summary>
    /// <exception cref="OperationCanceledException">Cancelled between two calls.</exception>
    public static Timing Of(Action call, int repetitions, CancellationToken cancellation)
    {
        var start = Stopwatch.GetTimestamp();
        do
        {
            call();
            cancellation.ThrowIfCancellationRequested();
        }
        while (Stopwatch.GetElapsedTime(start) < WarmUp);

        var times = new double[repetitions];
        var allocated = new long[repetitions];
        GC.Collect();
        for (var i = 0; i < times.Length && !cancellation.IsCancellationRequested; i++)
        {
            var before = GC.GetTotalAllocatedBytes(precise: true);
            var begin = Stopwatch.GetTimestamp();
            call();
            times[i] = Stopwatch.GetElapsedTime(begin).TotalMilliseconds;
            allocated[i] = GC.GetTotalAllocatedBytes(precise: true) - before;
        }
        cancellation.ThrowIfCancellationRequested();
        // The runtime's own threads allocate now and then: the median is what a call itself does.
        Array.Sort(allocated);
        Array.Sort(times);
        return new Timing((times[(repetitions - 1) / 2] + times[repetitions / 2]) / 2, times[0], times[^1], allocated[repetitions / 2]);
    }
}
