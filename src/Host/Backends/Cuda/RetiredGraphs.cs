using Retrieval.Host.Interop.Cuda;
using static Retrieval.Host.Interop.Cuda.CudaDriver;

namespace Retrieval.Host.Backends.Cuda;

/// <summary>Graphs that nobody wants any more, each kept until what was queued of it has run: to destroy it earlier is not said to be safe.</summary>
internal sealed class RetiredGraphs(CudaContext context, StreamHandle compute) : IDisposable
{
    private readonly Lock _gate = new();
    private readonly Queue<(GraphExecHandle Graph, EventHandle End)> _waiting = new();

    /// <summary>Takes a graph over, and lets go of those that have ended. Throws nothing: it is part of giving things up.</summary>
    public void Add(GraphExecHandle graph)
    {
        lock (_gate)
        {
            Collect();
            if (End() is { } end)
                _waiting.Enqueue((graph, end));
            else
                graph.Dispose();
        }
    }

    /// <summary>The stream is idle.</summary>
    public void Dispose()
    {
        foreach (var (graph, end) in _waiting)
        {
            graph.Dispose();
            end.Dispose();
        }
    }

    private void Collect()
    {
        while (_waiting.TryPeek(out var oldest) && context.TryEnter() && cuEventQuery(oldest.End) != CudaResult.NotReady)
        {
            _waiting.Dequeue();
            oldest.Graph.Dispose();
            oldest.End.Dispose();
        }
    }

    /// <summary>A mark behind all that is queued, or null on a device that has failed: nothing runs there any more.</summary>
    private EventHandle? End()
    {
        try
        {
            context.Enter();
            var end = context.CreateEvent();
            lock (context.Queue)
                CudaStatus.Check(cuEventRecord(end, compute));
            return end;
        }
        catch (Exception failure) when (failure is CudaException or DeviceException)
        {
            return null;
        }
    }
}
