namespace Retrieval.Host.Backends.Cuda;

/// <summary>The environment variables of the CUDA device, read when a device is opened.</summary>
/// <param name="PtxFolder">Folder whose PTX is used instead of the PTX in this assembly, or null.</param>
/// <param name="Blocking">Every launch is waited for, so that a failure names the kernel that caused it.</param>
internal sealed record CudaSettings(string? PtxFolder, bool Blocking)
{
    public const string Ptx = "RETRIEVAL_PTX";
    public const string BlockingLaunches = "RETRIEVAL_CUDA_BLOCKING";

    public static CudaSettings FromEnvironment() => new(
        Environment.GetEnvironmentVariable(Ptx) is { Length: > 0 } folder ? folder : null,
        Environment.GetEnvironmentVariable(BlockingLaunches) is { Length: > 0 } and not "0");
}
