using Retrieval.Host.Diagnostics;

namespace Retrieval.Host.Backends;

/// <summary>
/// Computes nothing: memory is numbers that nobody reads, downloads give zeros. What a job would rent on another backend can be
/// counted with it, before any of it is taken.
/// </summary>
/// <param name="like">The backend whose properties it shows.</param>
internal sealed partial class DryBackend(IBackend like) : IBackend
{
    /// <summary>Where the next chunk begins; not 0, which is no tensor.</summary>
    private long _next = 1L << 40;

    public bool ReachesHostMemory => like.ReachesHostMemory;

    public bool ComputesBFloat16 => like.ComputesBFloat16;

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

    public void Download(nint source, Span<byte> target) => target.Clear();

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

    public IRecording? Record(string name, Action work) => null;

    public void Dispose()
    {
        // It holds nothing.
    }
}
