using Retrieval.Host.Backends;

namespace Retrieval.Host.Diagnostics;

/// <summary>Passes every call on to the device's own backend and tells a profile of it. It owns nothing: the device disposes its own backend.</summary>
internal sealed partial class ProfilingBackend(IBackend inner, Profile profile) : IBackend
{
    public bool ReachesHostMemory => inner.ReachesHostMemory;

    public bool ComputesBFloat16 => inner.ComputesBFloat16;

    public bool MultipliesFloat64 => inner.MultipliesFloat64;

    public bool Records => false;

    public long FreeByteCount => inner.FreeByteCount;

    public long LibraryWorkspaceLimit(bool convolutions) => inner.LibraryWorkspaceLimit(convolutions);

    public nint AllocateChunk(long byteCount) => inner.AllocateChunk(byteCount);

    public void FreeChunk(nint address) => inner.FreeChunk(address);

    public long TotalByteCount => inner.TotalByteCount;

    public string Title => inner.Title;

    public IDeviceClock CreateClock() => inner.CreateClock();

    public IUploads CreateUploads(Device device, int depth) => inner.CreateUploads(device, depth);

    public Tensor Send(IUploads uploads, int byteCount)
    {
        using var call = profile.Begin(nameof(Upload), CallKind.Transfer, ElementType.UInt8, new Shape(byteCount), default, new Work(byteCount));
        return inner.Send(uploads, byteCount);
    }

    public IReadback CreateReadback() => inner.CreateReadback();

    /// <summary>Nothing is recorded: each call is to be seen.</summary>
    public IRecording? Record(string name, Action work) => null;

    public void Upload(ReadOnlySpan<byte> source, nint target)
    {
        using var call = profile.Begin(nameof(Upload), CallKind.Transfer, ElementType.UInt8, new Shape(source.Length), new Shape(), new Work(source.Length));
        inner.Upload(source, target);
    }

    public void Download(nint source, Span<byte> target)
    {
        using var call = profile.Begin(nameof(Download), CallKind.Transfer, ElementType.UInt8, new Shape(target.Length), new Shape(), new Work(target.Length));
        inner.Download(source, target);
    }

    public void Synchronize()
    {
        using var call = profile.Begin(nameof(Synchronize), CallKind.Wait, ElementType.UInt8, new Shape(), new Shape(), default);
        inner.Synchronize();
    }

    public void ParallelFor<TBody>(int count, TBody body) where TBody : struct, IParallelBody
    {
        using var call = profile.Begin(typeof(TBody).Name, CallKind.HostLoop, ElementType.UInt8, new Shape(count), new Shape(), default);
        inner.ParallelFor(count, body);
    }

    public void Dispose()
    {
        // The profile gives the device its own backend back.
    }

    /// <summary>Begins an operator's call.</summary>
    /// <param name="name">The operator.</param>
    /// <param name="work">What it has to do.</param>
    /// <param name="first">The tensor whose shape and type tell most.</param>
    /// <param name="second">Another shape that tells, or a scalar's for none.</param>
    private CallScope Begin(string name, Work work, Tensor first, Shape second = default) =>
        profile.Begin(name, CallKind.Operator, first.Type, first.Shape, second, work);
}
