using Retrieval.Cli.Output;
using Retrieval.Host;
using Retrieval.Host.Diagnostics;

namespace Retrieval.Cli.Profiling;

/// <summary>Prints a profile: operators and transfers, the host's part, memory, totals.</summary>
internal sealed class ProfileReport(Figures figures, ProfileResult result, Ceilings ceilings)
{
    private const int GapsShown = 5;
    private const double MiB = 1 << 20;

    /// <summary>Prints everything.</summary>
    /// <param name="title">What was profiled.</param>
    /// <param name="unit">What the steps did, in the plural.</param>
    /// <param name="units">How many of them.</param>
    /// <param name="byShape">A row for each operator and its shapes.</param>
    public void Print(string title, string unit, long units, bool byShape)
    {
        var rows = OperatorSummary.Of(result.Calls, ceilings, byShape);
        figures.Print(Operators(title, rows.Where(row => row.Kind is CallKind.Operator or CallKind.Transfer), byShape));
        PrintUnlessEmpty(HostCalls(rows.Where(row => row.Kind is CallKind.Wait or CallKind.HostLoop)));
        PrintUnlessEmpty(Spans());
        PrintUnlessEmpty(Gaps());
        figures.Print(Memory());
        figures.PrintUpright(Totals(title, unit, units));
    }

    private FigureTable Operators(string title, IEnumerable<OperatorSummary> rows, bool byShape)
    {
        FigureColumn[] shapes = byShape ? [new("shapes", "shapes")] : [];
        var table = new FigureTable("operator", title, [new("name", "operator"), .. shapes, new("calls", "calls"), new("totalMs", "total [ms]", "0.00"),
            new("timePercent", "time [%]", "0.0"), new("meanMs", "mean [ms]", "0.000"), new("gbPerSecond", "GB/s", "0.0"), new("gflops", "GFLOP/s", "0.0"),
            new("ceilingPercent", "of ceiling [%]", "0"), new("boundBy", "bound by")]);
        foreach (var row in rows)
        {
            object?[] shape = byShape ? [row.Shapes] : [];
            var isOperator = row.Kind == CallKind.Operator;
            table.Add([row.Name, .. shape, row.Calls, row.TotalMs, Percent(row.TotalMs), row.MeanMs, row.BytesPerSecond / 1e9, row.FlopsPerSecond / 1e9,
                isOperator ? 100 * row.CeilingShare : null, isOperator ? row.Bound.ToString().ToLowerInvariant() : "transfer"]);
        }
        return table;
    }

    private FigureTable HostCalls(IEnumerable<OperatorSummary> rows)
    {
        var table = new FigureTable("host", "The host's own loops, and its waiting", new("name", "what"), new("calls", "calls"), new("totalMs", "total [ms]", "0.00"), new("timePercent", "time [%]", "0.0"));
        foreach (var row in rows)
            table.Add(row.Kind == CallKind.Wait ? "waiting for the device" : row.Name, row.Calls, row.TotalMs, Percent(row.TotalMs));
        return table;
    }

    private FigureTable Spans()
    {
        var table = new FigureTable("thread", "What the host's threads did, all together", new("name", "what"), new("count", "times"), new("totalMs", "total [ms]", "0.00"), new("meanMs", "mean [ms]", "0.000"));
        foreach (var group in result.Spans.GroupBy(span => span.Name.Split(' ')[0]))
            table.Add(group.Key, group.Count(), group.Sum(span => span.DurationMs), group.Average(span => span.DurationMs));
        return table;
    }

    private FigureTable Gaps()
    {
        var table = new FigureTable("gap", "Longest gaps: the device has nothing to do", new("after", "after"), new("before", "before"), new("ms", "[ms]", "0.000"), new("atMs", "at [ms]", "0.0"));
        foreach (var gap in result.Gaps().Take(GapsShown))
            table.Add(gap.After, gap.Before, gap.DurationMs, gap.StartMs);
        return table;
    }

    private FigureTable Memory()
    {
        var table = new FigureTable("memory", "Memory", new("purpose", "purpose"), new("currentMiB", "now [MiB]", "0.0"), new("peakMiB", "peak [MiB]", "0.0"));
        var now = result.Memory[^1];
        foreach (var purpose in Enum.GetValues<MemoryPurpose>())
            if (result.PeakByteCount(purpose) > 0)
                table.Add(purpose.ToString(), now[purpose] / MiB, result.PeakByteCount(purpose) / MiB);
        return table.Add("all of it", now.ByteCounts.Sum() / MiB, result.PeakAllByteCount / MiB).Add("taken from the system", result.ReservedByteCount / MiB, null);
    }

    private FigureTable Totals(string title, string unit, long units)
    {
        var operatorsMs = result.Calls.Where(call => call.Operator.Kind == CallKind.Operator).Sum(call => call.DurationMs);
        return new FigureTable("total", "Totals", new("profile", "profile"), new("wallMs", "wall [ms]", "0.0"), new("operatorsMs", "operators [ms]", "0.0"), new("gapMs", "host gaps [ms]", "0.0"),
            new("gapPercent", "host gaps [%]", "0.0"), new($"{unit}PerSecond", $"{unit} a second", "0.0"), new("copyGbPerSecond", "ceiling: copy [GB/s]", "0.0"),
            new("productGflops", "ceiling: float32 product [GFLOP/s]", "0.0"), new("bfloat16Gflops", "ceiling: bfloat16 product [GFLOP/s]", "0.0"))
            .Add(title, result.WallMs, operatorsMs, result.GapMs, Percent(result.GapMs), units / result.WallMs * 1e3, ceilings.CopyRate / 1e9, ceilings.ProductRate / 1e9,
                ceilings.BFloat16Rate > 0 ? ceilings.BFloat16Rate / 1e9 : null);
    }

    private void PrintUnlessEmpty(FigureTable table)
    {
        if (table.Rows.Count > 0)
            figures.Print(table);
    }

    private double Percent(double milliseconds) => 100 * milliseconds / result.WallMs;
}
