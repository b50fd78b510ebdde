using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;
using Retrieval.Host;

namespace Retrieval.Benchmarks;

/// <summary>Bytes that a benchmark must move, by its <see cref="StreamsAttribute"/> and its parameter Map, over its median time.</summary>
public sealed class BandwidthColumn : IColumn
{
    public string Id => nameof(BandwidthColumn);

    public string ColumnName => "GB/s";

    public bool AlwaysShow => true;

    public ColumnCategory Category => ColumnCategory.Custom;

    public int PriorityInCategory => 0;

    public bool IsNumeric => true;

    public UnitType UnitType => UnitType.Dimensionless;

    public string Legend => "Bytes that must be read and written, per second of the median";

    public bool IsDefault(Summary summary, BenchmarkCase benchmarkCase) => false;

    public bool IsAvailable(Summary summary) => true;

    public string GetValue(Summary summary, BenchmarkCase benchmarkCase) => GetValue(summary, benchmarkCase, SummaryStyle.Default);

    public string GetValue(Summary summary, BenchmarkCase benchmarkCase, SummaryStyle style)
    {
        var streams = benchmarkCase.Descriptor.WorkloadMethod.GetCustomAttributes(typeof(StreamsAttribute), false).OfType<StreamsAttribute>().FirstOrDefault();
        if (streams == null || summary[benchmarkCase]?.ResultStatistics is not { } statistics || benchmarkCase.Parameters["Map"] is not Shape map)
            return "-";
        return $"{map.Count * sizeof(float) * streams.PerElement / statistics.Median:f1}";
    }
}
