using Retrieval.Host.Interop.Cuda;
using static Retrieval.Host.Interop.Cuda.CudaDriver;
using static Retrieval.Host.Interop.Cuda.CudaStatus;

namespace Retrieval.Host.Backends.Cuda;

/// <summary>
/// Moves host memory to or from the device in one direction, in its right place among the work of the compute stream.
/// What is small goes at once. What is large goes over the copy stream in pieces through two pinned buffers: while the
/// device moves one, the host's threads copy the other. Buffers are made when the first large transfer comes.
/// </summary>
internal sealed unsafe class StagedTransfer : IDisposable
{
    /// <summary>Up to here the driver takes the bytes along with the call.</summary>
    private const long SmallByteCount = 64 << 10;

    private const int PieceByteCount = 4 << 20;

    private readonly CudaContext _context;
    private readonly WorkerTeam _team;
    private readonly StreamHandle _compute;
    private readonly StreamHandle _copy;
    private readonly EventHandle _order;
    private readonly Lock _gate = new();
    private readonly StagingPiece?[] _pieces = new StagingPiece?[2];

    public StagedTransfer(CudaContext context, WorkerTeam team, StreamHandle compute, StreamHandle copy)
    {
        (_context, _team, _compute, _copy) = (context, team, compute, copy);
        _order = context.CreateEvent();
    }

    /// <summary>Returns as soon as the bytes are taken; work queued from now on sees them. The context is current.</summary>
    public void Upload(byte* source, nint target, long byteCount)
    {
        if (byteCount <= SmallByteCount)
        {
            Check(cuMemcpyHtoDAsync_v2(target, source, (nuint)byteCount, _compute));
            return;
        }
        lock (_gate)
        {
            // Work queued before may still use the target's memory, which the arena gives out again at once.
            Follow(_copy, _compute);
            for (long done = 0; done < byteCount; done += PieceByteCount)
            {
                var piece = Piece(done / PieceByteCount);
                var length = Math.Min(PieceByteCount, byteCount - done);
                piece.Wait();
                CopyBody.Run(_team, source + done, piece.Pointer, length);
                piece.Send(target + (nint)done, length, _copy);
            }
            Follow(_compute, _copy);
        }
    }

    /// <summary>Returns when the bytes are there, and all work queued before has ended. The context is current.</summary>
    public void Download(nint source, byte* target, long byteCount)
    {
        if (byteCount <= SmallByteCount)
        {
            Check(cuMemcpyDtoHAsync_v2(target, source, (nuint)byteCount, _compute));
            Check(cuStreamSynchronize(_compute));
            return;
        }
        lock (_gate)
        {
            Follow(_copy, _compute);
            Fetch(0);
            for (long done = 0; done < byteCount; done += PieceByteCount)
            {
                Fetch(done + PieceByteCount);
                var piece = Piece(done / PieceByteCount);
                piece.Wait();
                CopyBody.Run(_team, piece.Pointer, target + done, Math.Min(PieceByteCount, byteCount - done));
            }
        }

        void Fetch(long first)
        {
            if (first < byteCount)
                Piece(first / PieceByteCount).Fetch(source + (nint)first, Math.Min(PieceByteCount, byteCount - first), _copy);
        }
    }

    /// <summary>Both streams are idle.</summary>
    public void Dispose()
    {
        foreach (var piece in _pieces)
            piece?.Dispose();
        _order.Dispose();
    }

    /// <summary>What is queued on a stream from now on comes after all that another holds now.</summary>
    private void Follow(StreamHandle later, StreamHandle earlier)
    {
        Check(cuEventRecord(_order, earlier));
        Check(cuStreamWaitEvent(later, _order, 0));
    }

    private StagingPiece Piece(long number) => _pieces[number % 2] ??= new StagingPiece(_context, PieceByteCount);
}
