namespace Retrieval.Host.Backends.Cpu;

/// <summary>Runs a kernel over every element of a matrix on the team, last chunk first: what the pass before this one read last is still in the cache.</summary>
internal readonly struct MatrixLoop<TKernel> : IParallelBody where TKernel : struct, IMatrixKernel
{
    private readonly TKernel _kernel;
    private readonly RowChunks _chunks;

    private MatrixLoop(TKernel kernel, RowChunks chunks)
    {
        _kernel = kernel;
        _chunks = chunks;
    }

    public static void Run(WorkerTeam team, RowChunks chunks, TKernel kernel) => team.For(chunks.Count, new MatrixLoop<TKernel>(kernel, chunks));

    public void Run(int index, int worker)
    {
        var chunk = _chunks.Count - 1 - index;
        _chunks.Body(chunk).Each(_kernel);
        _chunks.Rest(chunk).Each(_kernel);
    }
}
