using Retrieval.Host.Interop.Cuda;
using static Retrieval.Host.Interop.Cuda.CudaDriver;
using static Retrieval.Host.Interop.Cuda.CudaStatus;

namespace Retrieval.Host.Backends.Cuda;

/// <summary>
/// Buffers that are filled in pinned memory and copied to the device over a stream of their own. A copy waits for the work that may
/// still read what it writes over: all that was queued before the last <see cref="Send"/>. It runs beside what was queued since.
/// </summary>
internal sealed unsafe class CudaUploads : IUploads
{
    private readonly CudaContext _context;
    private readonly StreamHandle _compute, _copy;
    private readonly QueuedWork _queued;
    private readonly UploadBuffer[] _buffers;

    /// <summary>The end of what the compute stream held at the last <see cref="Send"/>.</summary>
    private readonly EventHandle _used;

    private int _turn, _byteCount;

    /// <summary>The context is current.</summary>
    public CudaUploads(Device device, CudaContext context, StreamHandle compute, QueuedWork queued, int depth)
    {
        (_context, _compute, _queued) = (context, compute, queued);
        (_copy, _used) = (context.CreateStream(), context.CreateEvent());
        _buffers = new UploadBuffer[depth];
        for (var index = 0; index < depth; index++)
            _buffers[index] = new UploadBuffer(device, context);
    }

    public Span<byte> Begin(int byteCount)
    {
        _context.Enter();
        var buffer = _buffers[_turn];
        try
        {
            buffer.Copied.WaitPatiently();
        }
        catch (CudaException failure)
        {
            throw _queued.Late(failure);
        }
        buffer.Grow(byteCount);
        _byteCount = byteCount;
        return new Span<byte>(buffer.Pointer, byteCount);
    }

    public Tensor Send()
    {
        _context.Enter();
        var buffer = _buffers[_turn];
        _turn = (_turn + 1) % _buffers.Length;
        if (_byteCount == 0 && buffer.Target.IsNone)
            buffer.Grow(1);
        var isNew = buffer.GrowTarget();
        lock (_context.Queue)
        {
            if (isNew)
                Check(cuEventRecord(_used, _compute));
            Check(cuStreamWaitEvent(_copy, _used, 0));
            if (_byteCount > 0)
                Check(cuMemcpyHtoDAsync_v2(buffer.Target.Address, buffer.Pointer, (nuint)_byteCount, _copy));
            Check(cuEventRecord(buffer.Copied, _copy));
            Check(cuStreamWaitEvent(_compute, buffer.Copied, 0));
            Check(cuEventRecord(_used, _compute));
        }
        return buffer.Target.Slice(0, _byteCount);
    }

    public void Dispose()
    {
        // What failed has been said before: the rest is given back all the same.
        if (_context.TryEnter())
            _ = cuStreamSynchronize(_copy);
        foreach (var buffer in _buffers)
            buffer.Dispose();
        _used.Dispose();
        _copy.Dispose();
    }
}
