namespace Retrieval.Host.Backends.Cpu;

/// <summary>The partial moments [chunks, 2, C] of each run of rows, about the run's own first row.</summary>
internal readonly unsafe struct RowMoments(RowChunks chunks, float* x, float* partial) : IParallelBody
{
    private readonly RowChunks _chunks = chunks;
    private readonly float* _x = x;
    private readonly float* _partial = partial;

    public static void Run(WorkerTeam team, RowChunks chunks, float* x, float* partial) => team.For(chunks.Count, new RowMoments(chunks, x, partial));

    public void Run(int index, int worker)
    {
        var channels = _chunks.Channels;
        var start = _chunks.FirstRow(index) * channels;
        var sums = _partial + (2L * index * channels);
        new ColumnBlock(start, _chunks.RowCount(index), channels, 0, channels).Sum(new MomentTerms(_x, _x + start), sums, sums + channels);
    }
}
