using System.Runtime.InteropServices;
using Retrieval.Host.Diagnostics;

namespace Retrieval.Host.Backends.Cpu;

/// <summary>The managed SIMD backend: AVX-512, AVX2 or 128-bit vectors, whichever the processor has, on a team of threads.</summary>
internal sealed unsafe partial class CpuBackend : IBackend
{
    private const nuint Alignment = 64;

    private readonly WorkerTeam _team;

    public CpuBackend(int threads) => _team = new WorkerTeam(threads > 0 ? threads : Environment.ProcessorCount);

    public bool ReachesHostMemory => true;

    public bool ComputesBFloat16 => false;

    public bool MultipliesFloat64 => false;

    public bool Records => false;

    public long FreeByteCount
    {
        get
        {
            // A collection of the youngest objects makes the runtime look anew; it knows a container's limit, too.
            GC.Collect(0);
            var memory = GC.GetGCMemoryInfo();
            return Math.Max(0, memory.TotalAvailableMemoryBytes - memory.MemoryLoadBytes);
        }
    }

    public long TotalByteCount => GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;

    public string Title => "cpu";

    public nint AllocateChunk(long byteCount)
    {
        try
        {
            return (nint)NativeMemory.AlignedAlloc((nuint)byteCount, Alignment);
        }
        catch (OutOfMemoryException)
        {
            return 0;
        }
    }

    public void FreeChunk(nint address) => NativeMemory.AlignedFree((void*)address);

    public void Upload(ReadOnlySpan<byte> source, nint target) => source.CopyTo(new Span<byte>((void*)target, source.Length));

    public void Download(nint source, Span<byte> target) => new ReadOnlySpan<byte>((void*)source, target.Length).CopyTo(target);

    public void Synchronize()
    {
        // Every operator has finished when its call returns.
    }

    public IUploads CreateUploads(Device device, int depth) => new CpuUploads(device, depth);

    public IReadback CreateReadback() => new CpuReadback();

    public IRecording? Record(string name, Action work) => null;

    public void ParallelFor<TBody>(int count, TBody body) where TBody : struct, IParallelBody => _team.For(count, body);

    public IDeviceClock CreateClock() => new HostClock();

    public void Dispose() => _team.Dispose();
}
