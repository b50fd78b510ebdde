using Retrieval.Host.Interop.Cuda;
using static Retrieval.Host.Interop.Cuda.CudaDriver;
using static Retrieval.Host.Interop.Cuda.CudaStatus;

namespace Retrieval.Host.Backends.Cuda;

/// <summary>
/// Work of the compute stream that was recorded once and runs again with one call. It holds addresses: the tensors that it
/// reads and writes stay rented while it is in use, and scratch memory is whatever the recording met.
/// </summary>
internal sealed class CudaGraph : IRecording
{
    private readonly CudaContext _context;
    private readonly StreamHandle _stream;
    private readonly GraphExecHandle _executable;
    private readonly string _name;
    private readonly QueuedWork _queued;
    private readonly RetiredGraphs _retired;

    public CudaGraph(CudaContext context, StreamHandle stream, GraphExecHandle executable, string name, QueuedWork queued, RetiredGraphs retired) =>
        (_context, _stream, _executable, _name, _queued, _retired) = (context, stream, executable, name, queued, retired);

    /// <summary>Records what the work queues instead of running it. The context is current and its queue held.</summary>
    public static GraphExecHandle Record(CudaContext context, StreamHandle stream, Action work)
    {
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
        return context.Own(executable);
    }

    public void Replay()
    {
        lock (_context.Queue)
        {
            _context.Enter();
            var result = cuGraphLaunch(_executable, _stream);
            if (result != CudaResult.Success)
                throw Failure(result, $"recorded work '{_name}': {Describe(result)}");
        }
        _queued.Note(_name);
    }

    public void Dispose() => _retired.Add(_executable);
}
