using System.Runtime.Intrinsics;

namespace Retrieval.Host.Backends.Cpu;

/// <summary>Runs a kernel over every element of a matrix [rows, C], last rows first: what the pass before it read last is still in the cache.</summary>
internal readonly struct ChannelLoop<TKernel>(TKernel kernel, RowChunks chunks) : IParallelBody where TKernel : struct, IChannelKernel
{
    private readonly TKernel _kernel = kernel;
    private readonly RowChunks _chunks = chunks;

    public static void Run(WorkerTeam team, RowChunks chunks, TKernel kernel) => team.For(chunks.Count, new ChannelLoop<TKernel>(kernel, chunks));

    public void Run(int index, int worker)
    {
        var chunk = _chunks.Count - 1 - index;
        long first = _chunks.FirstRow(chunk), end = first + _chunks.RowCount(chunk);
        var kernel = _kernel;
        for (var row = first; row < end; row++)
            SweepRow(ref kernel, row * _chunks.Channels, _chunks.Channels);
    }

    private static void SweepRow(ref TKernel kernel, long start, int channels)
    {
        var channel = 0;
        if (Vector512.IsHardwareAccelerated)
            channel = Sweep<Lanes16>(ref kernel, start, channel, channels);
        if (Vector256.IsHardwareAccelerated)
            channel = Sweep<Lanes8>(ref kernel, start, channel, channels);
        if (Vector128.IsHardwareAccelerated)
            channel = Sweep<Lanes4>(ref kernel, start, channel, channels);
        Sweep<Lanes1>(ref kernel, start, channel, channels);
    }

    private static int Sweep<TLanes>(ref TKernel kernel, long start, int channel, int end) where TLanes : unmanaged, ILanes<TLanes>
    {
        for (; channel <= end - TLanes.Count; channel += TLanes.Count)
            kernel.Apply<TLanes>(start + channel, channel);
        return channel;
    }
}
