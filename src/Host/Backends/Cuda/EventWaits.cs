using Retrieval.Host.Interop.Cuda;
using static Retrieval.Host.Interop.Cuda.CudaDriver;
using static Retrieval.Host.Interop.Cuda.CudaStatus;

namespace Retrieval.Host.Backends.Cuda;

/// <summary>Waiting for an event that has most often come already.</summary>
internal static class EventWaits
{
    private const int Questions = 10;

    /// <summary>
    /// Asks a few times before it waits. In the steady state a buffer is free when its turn comes, and a question costs far less than
    /// a wait; where the device has fallen behind, this is what holds the host back.
    /// </summary>
    public static void WaitPatiently(this EventHandle @event)
    {
        var spin = default(SpinWait);
        CudaResult result;
        while ((result = cuEventQuery(@event)) == CudaResult.NotReady && spin.Count < Questions)
            spin.SpinOnce();
        Check(result == CudaResult.NotReady ? cuEventSynchronize(@event) : result, nameof(cuEventQuery));
    }
}
