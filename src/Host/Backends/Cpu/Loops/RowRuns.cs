namespace Retrieval.Host.Backends.Cpu;

/// <summary>Rows that are done one by one, shared out in runs.</summary>
internal readonly struct RowRuns(long rows, int length)
{
    private const int RunLength = 1 << 15;

    private readonly long _rowsPerRun = Math.Max(1, RunLength / Math.Max(1, length));

    /// <summary>Elements of a row.</summary>
    public int Length { get; } = length;

    public int Count => checked((int)((rows + _rowsPerRun - 1) / _rowsPerRun));

    public long First(int run) => run * _rowsPerRun;

    public long End(int run) => Math.Min(rows, First(run) + _rowsPerRun);
}
