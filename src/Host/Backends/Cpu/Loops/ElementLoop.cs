using System.Runtime.Intrinsics;

namespace Retrieval.Host.Backends.Cpu;

/// <summary>Runs a kernel over every element of a range: owns widths, remainders and threads.</summary>
internal readonly struct ElementLoop<TKernel>(TKernel kernel, long count) : IParallelBody where TKernel : struct, IElementKernel
{
    private const int PieceLength = 1 << 15;

    private readonly TKernel _kernel = kernel;
    private readonly long _count = count;

    public static void Run(WorkerTeam team, long count, TKernel kernel) =>
        team.For(checked((int)((count + PieceLength - 1) / PieceLength)), new ElementLoop<TKernel>(kernel, count));

    /// <summary>Runs the kernel over [0, count) on the calling thread.</summary>
    public static void RunAlone(long count, TKernel kernel) => Sweep(kernel, 0, count);

    public void Run(int index, int worker)
    {
        var first = (long)index * PieceLength;
        Sweep(_kernel, first, Math.Min(_count, first + PieceLength));
    }

    private static void Sweep(TKernel kernel, long first, long end)
    {
        if (Vector512.IsHardwareAccelerated)
            first = Sweep<Lanes16>(ref kernel, first, end);
        if (Vector256.IsHardwareAccelerated)
            first = Sweep<Lanes8>(ref kernel, first, end);
        if (Vector128.IsHardwareAccelerated)
            first = Sweep<Lanes4>(ref kernel, first, end);
        Sweep<Lanes1>(ref kernel, first, end);
    }

    private static long Sweep<TLanes>(ref TKernel kernel, long index, long end) where TLanes : unmanaged, ILanes<TLanes>
    {
        var local = kernel;
        for (; index <= end - TLanes.Count; index += TLanes.Count)
            local.Apply<TLanes>(index);
        return index;
    }
}
