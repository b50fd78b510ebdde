using Retrieval.Host.Interop.Cuda;

namespace Retrieval.Host.Backends.Cuda;

/// <summary>
/// Moves the device's memory to the host once all work queued before has ended. What is small comes at once; what is large
/// comes over the copy stream in pieces through two pinned buffers: while the device fills one, the host's threads empty
/// the other.
/// </summary>
internal sealed unsafe class StagedDownload(CudaContext context, WorkerTeam team, StreamHandle compute, StreamHandle copy) : IDisposable
{
    private const int SmallByteCount = 64 << 10;

    private readonly Lock _gate = new(), _smallGate = new();
    private readonly StreamOrder _order = new(context);
    private readonly StagingRing _small = new(context, count: 1, pieceByteCount: SmallByteCount);
    private readonly StagingRing _ring = new(context, count: 2, pieceByteCount: 4 << 20);

    /// <summary>Returns when the bytes are there. The context is current.</summary>
    public void Run(nint source, byte* target, long byteCount)
    {
        if (byteCount == 0)
            return;
        if (byteCount > SmallByteCount)
        {
            lock (_gate)
                FetchPieces(source, target, byteCount);
            return;
        }
        lock (_smallGate)
        {
            _small[0].Fetch(source, byteCount, compute);
            _small[0].Wait();
            Buffer.MemoryCopy(_small[0].Pointer, target, byteCount, byteCount);
        }
    }

    /// <summary>Both streams are idle.</summary>
    public void Dispose()
    {
        _small.Dispose();
        _ring.Dispose();
        _order.Dispose();
    }

    private void FetchPieces(nint source, byte* target, long byteCount)
    {
        _order.Follow(copy, compute);
        Fetch(0);
        var step = _ring.PieceByteCount;
        for (long done = 0; done < byteCount; done += step)
        {
            Fetch(done + step);
            var piece = _ring[done / step];
            piece.Wait();
            CopyBody.Run(team, piece.Pointer, target + done, Math.Min(step, byteCount - done));
        }

        void Fetch(long first)
        {
            if (first < byteCount)
                _ring[first / _ring.PieceByteCount].Fetch(source + (nint)first, Math.Min(_ring.PieceByteCount, byteCount - first), copy);
        }
    }
}
