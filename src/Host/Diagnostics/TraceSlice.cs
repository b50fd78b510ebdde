namespace Retrieval.Host.Diagnostics;

/// <summary>A stretch of time on one track of a trace.</summary>
/// <param name="Process">The device's or the host's.</param>
/// <param name="Thread">The track.</param>
/// <param name="Name">What is written on it.</param>
/// <param name="StartUs">Microseconds from the profile's start, to a nanosecond.</param>
/// <param name="EndUs">The same; not before the start.</param>
/// <param name="Operator">What was called, or null for a span of the host.</param>
internal readonly record struct TraceSlice(int Process, int Thread, string Name, double StartUs, double EndUs, ProfiledOperator? Operator)
{
    /// <summary>Start and end are rounded each by itself, so that what does not overlap, or lies within another, does so as well when it is rounded.</summary>
    public static TraceSlice At(int process, int thread, string name, double startMs, double durationMs, ProfiledOperator? @operator) =>
        new(process, thread, name, Microseconds(startMs), Math.Max(Microseconds(startMs), Microseconds(startMs + durationMs)), @operator);

    /// <summary>Milliseconds as microseconds, to a nanosecond.</summary>
    public static double Microseconds(double milliseconds) => Math.Round(milliseconds * 1e3, 3);
}
