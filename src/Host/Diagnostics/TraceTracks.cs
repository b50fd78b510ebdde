namespace Retrieval.Host.Diagnostics;

/// <summary>
/// A profile's slices as viewers need them: track by track, by rising start, and on one track each within another or apart from it. Perfetto
/// drops what overlaps.
/// </summary>
internal static class TraceTracks
{
    public const int DeviceProcess = 1, HostProcess = 2;

    /// <summary>What the device did. Calls of several threads at a time may overlap; then each goes to the first track that is free.</summary>
    public static List<TraceSlice> OfDevice(ProfileResult profile)
    {
        var slices = profile.Calls.Where(call => call.Operator.Kind is CallKind.Operator or CallKind.Transfer)
            .Select(call => TraceSlice.At(DeviceProcess, 0, call.Operator.Name, call.StartMs, call.DurationMs, call.Operator));
        var placed = new List<TraceSlice>();
        var ends = new List<double>();
        foreach (var slice in slices.OrderBy(slice => slice.StartUs).ThenBy(slice => slice.EndUs))
        {
            var track = ends.FindIndex(end => end <= slice.StartUs);
            if (track < 0)
                (track, ends) = (ends.Count, [.. ends, 0]);
            ends[track] = slice.EndUs;
            placed.Add(slice with { Thread = track });
        }
        return [.. placed.OrderBy(slice => slice.Thread)];
    }

    /// <summary>What the host's threads did: their spans, and the calls in them.</summary>
    public static List<TraceSlice> OfHost(ProfileResult profile) =>
    [
        .. profile.Calls.Select(call => TraceSlice.At(HostProcess, call.Thread, call.Operator.Name, call.HostStartMs, call.HostDurationMs, call.Operator))
            .Concat(profile.Spans.Select(span => TraceSlice.At(HostProcess, span.Thread, span.Name, span.StartMs, span.DurationMs, null)))
            .OrderBy(slice => slice.Thread).ThenBy(slice => slice.StartUs).ThenByDescending(slice => slice.EndUs),
    ];
}
