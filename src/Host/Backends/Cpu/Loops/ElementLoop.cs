namespace Retrieval.Host.Backends.Cpu;

/// <summary>Runs a kernel over [0, count) on the team.</summary>
internal readonly struct ElementLoop<TKernel> : IParallelBody where TKernel : struct, ILaneKernel
{
    private const int PieceLength = 1 << 15;

    private readonly TKernel _kernel;
    private readonly long _count;

    private ElementLoop(TKernel kernel, long count)
    {
        _kernel = kernel;
        _count = count;
    }

    public static void Run(WorkerTeam team, long count, TKernel kernel) =>
        team.For(checked((int)((count + PieceLength - 1) / PieceLength)), new ElementLoop<TKernel>(kernel, count));

    public void Run(int index, int worker)
    {
        var first = (long)index * PieceLength;
        LaneSweep.Run(in _kernel, first, Math.Min(_count, first + PieceLength));
    }
}
