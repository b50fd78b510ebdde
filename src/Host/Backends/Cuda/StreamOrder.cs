using Retrieval.Host.Interop.Cuda;
using static Retrieval.Host.Interop.Cuda.CudaDriver;
using static Retrieval.Host.Interop.Cuda.CudaStatus;

namespace Retrieval.Host.Backends.Cuda;

/// <summary>Makes one stream wait for another.</summary>
internal sealed class StreamOrder(CudaContext context) : IDisposable
{
    private readonly EventHandle _event = context.CreateEvent();

    /// <summary>What is queued on a stream from now on comes after all that another holds now.</summary>
    public void Follow(StreamHandle later, StreamHandle earlier)
    {
        lock (context.Queue)
        {
            Check(cuEventRecord(_event, earlier));
            Check(cuStreamWaitEvent(later, _event, 0));
        }
    }

    public void Dispose() => _event.Dispose();
}
