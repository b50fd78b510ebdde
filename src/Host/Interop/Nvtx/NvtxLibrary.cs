using System.Runtime.InteropServices;

namespace Retrieval.Host.Interop.Nvtx;

/// <summary>
/// NVIDIA's library of annotations for its profilers, as the toolkits' shared library exports it. It hands ranges to a profiler that
/// watches the process, and does nothing without one.
/// </summary>
internal static partial class NvtxLibrary
{
    internal const string Library = "nvtx";

    /// <summary>Begins a range of the calling thread.</summary>
    /// <returns>Its depth, from 0; negative where nobody listens.</returns>
    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int nvtxRangePushA(string message);

    /// <summary>Ends the thread's innermost range.</summary>
    [LibraryImport(Library)]
    internal static partial int nvtxRangePop();
}
