namespace Retrieval.Host.Backends.Cpu;

/// <summary>Sums the columns of each chunk of a matrix on the team; a second step joins the partial sums in order.</summary>
internal readonly struct MatrixSums<TFold> : IParallelBody where TFold : struct, IMatrixFold
{
    private readonly TFold _fold;
    private readonly RowChunks _chunks;
    private readonly PartialSums _sums;

    private MatrixSums(TFold fold, RowChunks chunks, PartialSums sums)
    {
        _fold = fold;
        _chunks = chunks;
        _sums = sums;
    }

    public static void Run(WorkerTeam team, RowChunks chunks, TFold fold, PartialSums sums) =>
        team.For(chunks.Count, new MatrixSums<TFold>(fold, chunks, sums));

    public unsafe void Run(int index, int worker) => SumChunk(_fold, _chunks, index, _sums);

    public static unsafe void SumChunk(TFold fold, RowChunks chunks, int chunk, PartialSums sums)
    {
        sums.Clear(chunk);
        chunks.Body(chunk).Fold(fold, sums.First(chunk), sums.Second(chunk));
        chunks.Rest(chunk).Fold(fold, sums.First(chunk), sums.Second(chunk));
    }
}
