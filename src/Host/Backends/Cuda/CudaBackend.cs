using Retrieval.Host.Diagnostics;
using Retrieval.Host.Interop.Cuda;
using static Retrieval.Host.Interop.Cuda.CudaDriver;
using static Retrieval.Host.Interop.Cuda.CudaStatus;

namespace Retrieval.Host.Backends.Cuda;

/// <summary>
/// A GPU through the driver alone. Operators queue their kernels on one compute stream and return; downloads and
/// <see cref="Synchronize"/> wait. Any thread may call.
/// </summary>
internal sealed unsafe partial class CudaBackend : IBackend
{
    private readonly DeviceName _name;
    private readonly Precision _precision;
    private readonly bool _blocking;
    private readonly string? _cacheFolder;
    private readonly CudaContext _context;
    private readonly KernelCache _kernels;
    private readonly StreamHandle _compute;
    private readonly StreamHandle _copy;
    private readonly FaultReport _faults;
    private readonly WorkerTeam _team;
    private readonly StagedUpload _uploads;
    private readonly StagedDownload _downloads;
    private readonly DeviceChunks _chunks;
    private readonly QueuedWork _queued;
    private readonly RetiredGraphs _retired;
    private readonly EventHandle _end;
    private volatile bool _recording;
    private bool _disposed;

    /// <param name="name">The device.</param>
    /// <param name="threads">Threads of the host's own loops, 1 or more; 0 takes one per core.</param>
    /// <param name="precision">What convolutions and matrix products are computed in.</param>
    /// <exception cref="DeviceException">There is no such device, or no kernels for it.</exception>
    public CudaBackend(DeviceName name, int threads, Precision precision)
    {
        var driver = CudaRuntime.Start();
        var settings = CudaSettings.FromEnvironment();
        var source = new PtxSource(settings.PtxFolder);
        _name = name;
        _precision = precision;
        _blocking = settings.Blocking;
        _cacheFolder = settings.CacheFolder;
        _context = new CudaContext(name, driver);
        _context.Enter();
        _kernels = new KernelCache(_context, source);
        _compute = _context.CreateStream();
        _copy = _context.CreateStream();
        _faults = new FaultReport(_context);
        _team = new WorkerTeam(threads > 0 ? threads : Environment.ProcessorCount);
        _uploads = new StagedUpload(_context, _team, _compute, _copy);
        _downloads = new StagedDownload(_context, _team, _compute, _copy);
        _chunks = new DeviceChunks(_context);
        _queued = new QueuedWork(Title, _blocking);
        _retired = new RetiredGraphs(_context, _compute);
        _end = _context.CreateEvent();
    }

    public bool ReachesHostMemory => false;

    public bool ComputesBFloat16 => true;

    public bool MultipliesFloat64 => CudaLibraries.HasCublas;

    public bool Records => !_blocking;

    public long FreeByteCount
    {
        get
        {
            _context.Enter();
            Check(cuMemGetInfo_v2(out var free, out _));
            return (long)free;
        }
    }

    public long TotalByteCount => _context.Facts.MemoryByteCount;

    public string Title => $"{_name} ({_context.Facts.Name})";

    public nint AllocateChunk(long byteCount)
    {
        _context.Enter();
        return _chunks.Allocate(byteCount);
    }

    public void FreeChunk(nint address) => _chunks.Free(address);

    public void Upload(ReadOnlySpan<byte> source, nint target)
    {
        Enter("an upload");
        try
        {
            fixed (byte* values = source)
                _uploads.Run(values, target, source.Length);
        }
        catch (CudaException failure)
        {
            throw _queued.Late(failure);
        }
    }

    public IUploads CreateUploads(Device device, int depth)
    {
        Enter("making an upload ring");
        return new CudaUploads(device, _context, _compute, _queued, depth);
    }

    public IReadback CreateReadback() => new CudaReadback(_context, _compute, _queued, _faults);

    public void Download(nint source, Span<byte> target)
    {
        Enter("a download");
        try
        {
            fixed (byte* values = target)
                _downloads.Run(source, values, target.Length);
        }
        catch (CudaException failure)
        {
            throw _queued.Late(failure);
        }
        _faults.Throw();
    }

    public void Synchronize()
    {
        Enter("waiting");
        try
        {
            // For an event rather than the stream, which another thread may begin to record meanwhile.
            lock (_context.Queue)
                Check(cuEventRecord(_end, _compute));
            Check(cuEventSynchronize(_end));
        }
        catch (CudaException failure)
        {
            throw _queued.Late(failure);
        }
        _queued.Ended();
        _faults.Throw();
    }

    public void ParallelFor<TBody>(int count, TBody body) where TBody : struct, IParallelBody => _team.For(count, body);

    public ICallRanges? FindRanges() => NvtxRanges.Find();

    public IDeviceClock CreateClock()
    {
        Enter("a clock");
        return new CudaClock(_context, _compute);
    }

    /// <summary>
    /// Records the kernels that some work queues, to be replayed with one call. The work has run before, so that its
    /// memory and its kernels are there. Where launches are waited for there is nothing to record: each run names its kernels.
    /// </summary>
    public IRecording? Record(string name, Action work)
    {
        Enter("recording another");
        if (_blocking)
            return null;
        lock (_context.Queue)
        {
            try
            {
                _recording = true;
                return new CudaGraph(_context, _compute, CudaGraph.Record(_context, _compute, work), name, _queued, _retired);
            }
            finally
            {
                _recording = false;
            }
        }
    }

    public void Dispose()
    {
        if (_disposed)
            return;
        _disposed = true;
        _team.Dispose();
        // What failed has been said before: the rest is given back all the same.
        if (_context.TryEnter())
        {
            _ = cuStreamSynchronize(_compute);
            _ = cuStreamSynchronize(_copy);
        }
        _convolutions?.Dispose();
        _products?.Dispose();
        foreach (IDisposable part in (IDisposable[])[_retired, _chunks, _end, _uploads, _downloads, _faults, _kernels, _copy, _compute, _context])
            part.Dispose();
    }

    /// <summary>Begins what a graph cannot hold.</summary>
    private void Enter(string what)
    {
        if (_recording && _context.Queue.IsHeldByCurrentThread)
            throw new InvalidOperationException($"{_name}: {what} is no part of a graph: run the work once before it is recorded, and transfer and wait outside it");
        _context.Enter();
    }
}
