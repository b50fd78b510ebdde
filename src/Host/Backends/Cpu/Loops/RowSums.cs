namespace Retrieval.Host.Backends.Cpu;

/// <summary>Sums the columns of each run of rows of a matrix: the partial sums [chunks, 2, C] that a second step joins in order.</summary>
internal readonly unsafe struct RowSums<TTerms>(TTerms terms, RowChunks chunks, float* partial) : IParallelBody where TTerms : struct, IColumnTerms
{
    private readonly TTerms _terms = terms;
    private readonly RowChunks _chunks = chunks;
    private readonly float* _partial = partial;

    public static void Run(WorkerTeam team, RowChunks chunks, TTerms terms, float* partial) =>
        team.For(chunks.Count, new RowSums<TTerms>(terms, chunks, partial));

    public void Run(int index, int worker)
    {
        var channels = _chunks.Channels;
        var first = _partial + (2L * index * channels);
        new ColumnBlock(_chunks.FirstRow(index) * channels, _chunks.RowCount(index), channels, 0, channels).Sum(_terms, first, first + channels);
    }
}
