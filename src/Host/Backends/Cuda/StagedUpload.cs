using Retrieval.Host.Interop.Cuda;

namespace Retrieval.Host.Backends.Cuda;

/// <summary>
/// Moves host memory to the device, in its right place among the work of the compute stream. All of it goes through pinned
/// memory, so that the caller's may move or change as soon as the call returns. What is small is queued on the compute
/// stream itself; what is large goes over the copy stream in pieces through two buffers: while the device takes one, the
/// host's threads fill the other.
/// </summary>
internal sealed unsafe class StagedUpload(CudaContext context, WorkerTeam team, StreamHandle compute, StreamHandle copy) : IDisposable
{
    private readonly Lock _gate = new();
    private readonly StreamOrder _order = new(context);
    private readonly StagingRing _small = new(context, count: 16, pieceByteCount: 64 << 10);
    private readonly StagingRing _large = new(context, count: 2, pieceByteCount: 4 << 20);
    private long _smallTurn;

    /// <summary>Returns as soon as the bytes are taken; work queued from now on sees them. The context is current.</summary>
    public void Run(byte* source, nint target, long byteCount)
    {
        if (byteCount == 0)
            return;
        lock (_gate)
        {
            if (byteCount <= _small.PieceByteCount)
                Send(_small[_smallTurn++], source, target, byteCount, compute);
            else
                SendPieces(source, target, byteCount);
        }
    }

    /// <summary>Both streams are idle.</summary>
    public void Dispose()
    {
        _small.Dispose();
        _large.Dispose();
        _order.Dispose();
    }

    private void SendPieces(byte* source, nint target, long byteCount)
    {
        // Work queued before may still use the target's memory, which the arena gives out again at once.
        _order.Follow(copy, compute);
        var step = _large.PieceByteCount;
        for (long done = 0; done < byteCount; done += step)
            Send(_large[done / step], source + done, target + (nint)done, Math.Min(step, byteCount - done), copy);
        _order.Follow(compute, copy);
    }

    private void Send(StagingPiece piece, byte* source, nint target, long byteCount, StreamHandle stream)
    {
        piece.WaitUntilFree();
        CopyBody.Run(team, source, piece.Pointer, byteCount);
        piece.Send(target, byteCount, stream);
    }
}
