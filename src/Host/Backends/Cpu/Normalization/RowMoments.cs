namespace Retrieval.Host.Backends.Cpu;

/// <summary>The partial moments of each chunk of a matrix, about the chunk's own first row.</summary>
internal readonly unsafe struct RowMoments(RowChunks chunks, float* x, PartialSums moments) : IParallelBody
{
    private readonly RowChunks _chunks = chunks;
    private readonly float* _x = x;
    private readonly PartialSums _moments = moments;

    public void Run(int index, int worker) =>
        MatrixSums<MomentFold>.SumChunk(new MomentFold(_x, _x + _chunks.Start(index)), _chunks, index, _moments);
}
