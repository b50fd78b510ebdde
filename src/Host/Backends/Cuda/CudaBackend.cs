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
    private readonly CudaContext _context;
    private readonly KernelCache _kernels;
    private readonly StreamHandle _compute;
    private readonly FaultReport _faults;
    private readonly bool _blocking;
    private readonly Dictionary<nint, DeviceMemoryHandle> _chunks = [];
    private readonly WorkerTeam _team;

    /// <param name="name">The device.</param>
    /// <param name="threads">Threads of the host's own loops, 1 or more; 0 takes one per core.</param>
    /// <exception cref="DeviceException">There is no such device, or no kernels for it.</exception>
    public CudaBackend(DeviceName name, int threads)
    {
        _name = name;
        var settings = CudaSettings.FromEnvironment();
        var source = new PtxSource(settings.PtxFolder);
        _context = new CudaContext(name);
        _context.Enter();
        _kernels = new KernelCache(_context, source);
        _compute = _context.CreateStream();
        _faults = new FaultReport(_context);
        _blocking = settings.Blocking;
        _team = new WorkerTeam(threads > 0 ? threads : Environment.ProcessorCount);
    }

    public bool ReachesHostMemory => false;

    public bool ComputesBFloat16 => true;

    public nint AllocateChunk(long byteCount)
    {
        _context.Enter();
        Check(cuMemAlloc_v2(out var memory, (nuint)byteCount));
        _context.Own(memory);
        _chunks.Add(memory.Address, memory);
        return memory.Address;
    }

    public void FreeChunk(nint address)
    {
        if (_chunks.Remove(address, out var memory))
            memory.Dispose();
    }

    public void Upload(ReadOnlySpan<byte> source, nint target)
    {
        _context.Enter();
        fixed (byte* values = source)
            Check(cuMemcpyHtoDAsync_v2(target, values, (nuint)source.Length, _compute));
        Synchronize();
    }

    public void Download(nint source, Span<byte> target)
    {
        _context.Enter();
        fixed (byte* values = target)
            Check(cuMemcpyDtoHAsync_v2(values, source, (nuint)target.Length, _compute));
        Synchronize();
    }

    public void Synchronize()
    {
        _context.Enter();
        Check(cuStreamSynchronize(_compute));
        _faults.Throw();
    }

    public void ParallelFor<TBody>(int count, TBody body) where TBody : struct, IParallelBody => _team.For(count, body);

    public void Dispose()
    {
        _team.Dispose();
        foreach (var memory in _chunks.Values)
            memory.Dispose();
        _faults.Dispose();
        _kernels.Dispose();
        _compute.Dispose();
        _context.Dispose();
    }
}
