namespace Retrieval.Host.Diagnostics;

/// <summary>All calls of one operator together.</summary>
/// <param name="Name">The operator.</param>
/// <param name="Shapes">Its shapes where each has a row of its own, else null.</param>
/// <param name="Kind">What kind of calls they are.</param>
/// <param name="Calls">How many.</param>
/// <param name="TotalMs">Time that the device took for them, or the host for what concerns the host alone.</param>
/// <param name="Work">What they had to do.</param>
/// <param name="CeilingShare">The least time that they could have taken, as a share of the time that they took.</param>
/// <param name="Bound">What limits most of that least time.</param>
public sealed record OperatorSummary(string Name, string? Shapes, CallKind Kind, int Calls, double TotalMs, Work Work, double CeilingShare, Bound Bound)
{
    public double MeanMs => TotalMs / Calls;

    /// <summary>Bytes of <see cref="Work"/> a second.</summary>
    public double BytesPerSecond => TotalMs > 0 ? Work.Bytes / TotalMs * 1e3 : 0;

    /// <summary>FLOP of <see cref="Work"/> a second.</summary>
    public double FlopsPerSecond => TotalMs > 0 ? Work.Flops / TotalMs * 1e3 : 0;

    /// <summary>Sums calls up, the longest first.</summary>
    /// <param name="calls">Calls of a profile.</param>
    /// <param name="ceilings">The device's.</param>
    /// <param name="byShape">A row for each operator and its shapes, instead of one for each operator.</param>
    public static IReadOnlyList<OperatorSummary> Of(IReadOnlyList<ProfiledCall> calls, Ceilings ceilings, bool byShape = false) =>
    [
        .. calls.GroupBy(call => (call.Operator.Name, Shapes: byShape ? call.Operator.Shapes : null, call.Operator.Kind))
            .Select(group => Sum(group.Key.Name, group.Key.Shapes, group.Key.Kind, group, ceilings)).OrderByDescending(row => row.TotalMs),
    ];

    private static OperatorSummary Sum(string name, string? shapes, CallKind kind, IEnumerable<ProfiledCall> calls, Ceilings ceilings)
    {
        var count = 0;
        var work = default(Work);
        double totalMs = 0, leastMs = 0, arithmeticMs = 0;
        foreach (var call in calls)
        {
            var (least, bound) = ceilings.Least(call.Operator.Work, call.Operator.Type);
            count++;
            totalMs += kind is CallKind.Operator or CallKind.Transfer ? call.DurationMs : call.HostDurationMs;
            work += call.Operator.Work;
            leastMs += least;
            arithmeticMs += bound == Bound.Arithmetic ? least : 0;
        }
        return new OperatorSummary(name, shapes, kind, count, totalMs, work, totalMs > 0 ? leastMs / totalMs : 0, 2 * arithmeticMs > leastMs ? Bound.Arithmetic : Bound.Memory);
    }
}
