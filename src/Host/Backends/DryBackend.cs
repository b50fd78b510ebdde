using System.Runtime.InteropServices;
using Retrieval.Host.Diagnostics;

namespace Retrieval.Host.Backends;

/// <summary>
/// Computes nothing: memory is numbers that nobody reads, downloads give zeros, but for a single value that was filled in, as
/// the host decides by such (an exponent). What a job would rent on another backend can be counted with it, before any of it is taken.
/// </summary>
/// <param name="like">The backend whose properties it shows.</param>
internal sealed partial class DryBackend(IBackend like) : IBackend
{
    /// <summary>Where the next chunk begins; not 0, which is no tensor.</summary>
    private long _next = 1L << 40;

    private readonly Dictionary<nint, float> _filled = [];

    public bool ReachesHostMemory => like.ReachesHostMemory;

    public bool ComputesBFloat16 => like.ComputesBFloat16;

    public bool MultipliesFloat64 => like.MultipliesFloat64;

    public bool Records => false;

    public long FreeByteCount => like.FreeByteCount;

    public long TotalByteCount => like.TotalByteCount;

    public string Title => like.Title;

    public nint AllocateChunk(long byteCount) => (nint)(Interlocked.Add(ref _next, byteCount) - byteCount);

    public void FreeChunk(nint address)
    {
        // It was never taken.
    }

    public void Upload(ReadOnlySpan<byte> source, nint target)
    {
        // There is nowhere to put it.
    }

    public void Download(nint source, Span<byte> target)
    {
        target.Clear();
        if (target.Length == sizeof(float) && _filled.TryGetValue(source, out var value))
            MemoryMarshal.Write(target, value);
    }

    public void Fill(Tensor x, float value)
    {
        if (x.Count == 1)
            _filled[x.Address] = value;
    }

    public void Synchronize()
    {
        // There is nothing to wait for.
    }

    public void ParallelFor<TBody>(int count, TBody body) where TBody : struct, IParallelBody
    {
        // The host's loops work on what the device gave.
    }

    public IDeviceClock CreateClock() => new HostClock();

    public IUploads CreateUploads(Device device, int depth) => new DryUploads(device, depth);

    public IReadback CreateReadback() => new DryReadback();

    public IRecording? Record(string name, Action work) => null;

    public void Dispose()
    {
        // It holds nothing.
    }
}
