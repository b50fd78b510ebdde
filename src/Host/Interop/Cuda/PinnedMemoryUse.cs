namespace Retrieval.Host.Interop.Cuda;

/// <summary>CU_MEMHOSTALLOC_*: what page-locked memory is for.</summary>
[Flags]
internal enum PinnedMemoryUse : uint
{
    Transfers = 0,

    /// <summary>Kernels read and write it through the device's own addresses.</summary>
    Mapped = 2,
}
