namespace Retrieval.Host.Interop.Cuda;

/// <summary>CUstreamCaptureMode: which calls a capture forbids meanwhile.</summary>
internal enum CudaCaptureMode
{
    /// <summary>Unsafe calls are refused on the capturing thread; other threads go on as they please.</summary>
    ThreadLocal = 1,

    /// <summary>Nothing is refused.</summary>
    Relaxed = 2,
}
