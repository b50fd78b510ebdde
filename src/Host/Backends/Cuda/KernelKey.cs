namespace Retrieval.Host.Backends.Cuda;

/// <summary>An entry point: its module (the .cu file's name), the kernel and the variant.</summary>
internal readonly record struct KernelKey(string Module, string Kernel, KernelVariant Variant)
{
    /// <summary>The entry point's name in the module.</summary>
    public string Entry => Kernel + Variant switch
    {
        KernelVariant.F32 => "_f32",
        KernelVariant.F32x4 => "_f32x4",
        KernelVariant.Bf16 => "_bf16",
        KernelVariant.Bf16x8 => "_bf16x8",
        _ => "",
    };
}
