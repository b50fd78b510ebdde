namespace Retrieval.Host.Diagnostics;

/// <summary>What a profile has seen.</summary>
/// <param name="Calls">Every call on the device, by its start.</param>
/// <param name="Spans">What the host's threads said of themselves, by its start.</param>
/// <param name="ThreadNames">Names of the host's threads that appear, by number.</param>
/// <param name="Memory">Memory rented out, whenever it had changed after a call.</param>
/// <param name="ReservedByteCount">Memory taken from the system at the end.</param>
/// <param name="WallMs">From the beginning to the end, all work done.</param>
public sealed record ProfileResult(IReadOnlyList<ProfiledCall> Calls, IReadOnlyList<HostSpan> Spans, IReadOnlyDictionary<int, string> ThreadNames,
    IReadOnlyList<MemorySample> Memory, long ReservedByteCount, double WallMs)
{
    /// <summary>Milliseconds during which the device had nothing to do: the host's fault.</summary>
    public double GapMs => Gaps().Sum(gap => gap.DurationMs);

    /// <summary>The most bytes that were rented out for a purpose at the end of a call.</summary>
    public long PeakByteCount(MemoryPurpose purpose) => Memory.Max(sample => sample[purpose]);

    /// <summary>The most bytes that were rented out at the end of a call.</summary>
    public long PeakAllByteCount => Memory.Max(sample => sample.ByteCounts.Sum());

    /// <summary>The stretches during which the device had nothing to do, the longest first.</summary>
    public IReadOnlyList<HostGap> Gaps()
    {
        var gaps = new List<HostGap>();
        var end = 0.0;
        var before = "the beginning";
        foreach (var call in Calls.Where(call => call.DurationMs > 0))
        {
            if (call.StartMs > end)
                gaps.Add(new HostGap(before, call.Operator.Name, end, call.StartMs - end));
            if (call.EndMs >= end)
                (end, before) = (call.EndMs, call.Operator.Name);
        }
        if (WallMs > end)
            gaps.Add(new HostGap(before, "the end", end, WallMs - end));
        gaps.Sort((left, right) => right.DurationMs.CompareTo(left.DurationMs));
        return gaps;
    }
}
