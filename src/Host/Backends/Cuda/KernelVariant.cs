namespace Retrieval.Host.Backends.Cuda;

/// <summary>Element type and pack width that a kernel's entry point is compiled for, its name's suffix.</summary>
internal enum KernelVariant
{
    /// <summary>The kernel has no variants.</summary>
    None,
    F32,
    F32x4,
    Bf16,
    Bf16x8,
}
