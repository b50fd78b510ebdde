using Retrieval.Host.Diagnostics;
using Retrieval.Host.Interop;
using static Retrieval.Host.Interop.Nvtx.NvtxLibrary;

namespace Retrieval.Host.Backends.Cuda;

/// <summary>Ranges that NVIDIA's profilers show above the kernels.</summary>
internal sealed class NvtxRanges : ICallRanges
{
    private NvtxRanges()
    {
    }

    /// <summary>Null where there is no NVTX library: then there is nobody to tell.</summary>
    public static NvtxRanges? Find()
    {
        var library = NativeLibraries.Find(Library);
        return library.Handle != 0 && library.Has(nameof(nvtxRangePushA)) && library.Has(nameof(nvtxRangePop)) ? new NvtxRanges() : null;
    }

    public void Push(string name) => _ = nvtxRangePushA(name);

    public void Pop() => _ = nvtxRangePop();
}
