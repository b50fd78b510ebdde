using Retrieval.Host.Interop.Cuda;
using static Retrieval.Host.Interop.Cuda.CudaDriver;
using static Retrieval.Host.Interop.Cuda.CudaStatus;

namespace Retrieval.Host.Backends.Cuda;

/// <summary>
/// Work of the compute stream that was recorded once and runs again with one call. It holds addresses: the tensors that it
/// reads and writes stay rented while it is in use, and scratch memory is whatever the recording met.
/// </summary>
internal sealed class CudaGraph : IDisposable
{
    private readonly CudaContext _context;
    private readonly StreamHandle _stream;
    private readonly GraphExecHandle _executable;

    private CudaGraph(CudaContext context, StreamHandle stream, GraphExecHandle executable) =>
        (_context, _stream, _executable) = (context, stream, executable);

    /// <summary>Records what the work queues instead of running it.</summary>
    public static CudaGraph Record(CudaContext context, StreamHandle stream, Action work)
    {
        context.Enter();
        Check(cuStreamBeginCapture_v2(stream, CudaCaptureMode.ThreadLocal));
        try
        {
            work();
        }
        catch
        {
            // The stream would go on recording.
            _ = cuStreamEndCapture(stream, out var abandoned);
            abandoned.Dispose();
            throw;
        }
        Check(cuStreamEndCapture(stream, out var recorded));
        using var graph = context.Own(recorded);
        Check(cuGraphInstantiateWithFlags(out var executable, graph, 0));
        return new CudaGraph(context, stream, context.Own(executable));
    }

    /// <summary>Queues the recorded work.</summary>
    public void Replay()
    {
        _context.Enter();
        Check(cuGraphLaunch(_executable, _stream));
    }

    public void Dispose() => _executable.Dispose();
}
