using Retrieval.Host.Interop.Cuda;

namespace Retrieval.Host.Backends.Cuda;

/// <summary>
/// Pinned memory that a result is copied to on the compute stream itself: a batch's descriptors are a few megabytes, and in their
/// place among the work they need no memory of their own on the device.
/// </summary>
internal sealed unsafe class CudaReadback(CudaContext context, StreamHandle compute, QueuedWork queued, FaultReport faults) : IReadback
{
    private const int Step = 64 << 10;

    private StagingPiece? _piece;
    private int _capacity, _byteCount;

    public void Queue(Tensor source)
    {
        context.Enter();
        _byteCount = (int)source.ByteCount;
        if (_byteCount > _capacity)
            Grow();
        if (_byteCount > 0)
            _piece!.Fetch(source.Address, _byteCount, compute);
    }

    public ReadOnlySpan<byte> Take()
    {
        if (_byteCount == 0)
            return [];
        context.Enter();
        try
        {
            _piece!.Wait();
        }
        catch (CudaException failure)
        {
            throw queued.Late(failure);
        }
        faults.Throw();
        return new ReadOnlySpan<byte>(_piece.Pointer, _byteCount);
    }

    public void Dispose()
    {
        // A copy that nobody took may still be under way; one that failed shows elsewhere.
        if (_piece is not null && context.TryEnter())
            _piece.TryWait();
        _piece?.Dispose();
    }

    private void Grow()
    {
        _piece?.Dispose();
        (_piece, _capacity) = (null, 0);
        var wanted = (int)Math.Min(int.MaxValue, (_byteCount + Step - 1L) / Step * Step);
        (_piece, _capacity) = (new StagingPiece(context, wanted), wanted);
    }
}
