namespace Retrieval.Host.Backends.Cuda;

/// <summary>The environment variables of the CUDA device, read when a device is opened.</summary>
/// <param name="PtxFolder">Folder whose PTX is used instead of the PTX in this assembly, or null.</param>
/// <param name="Blocking">Every launch is waited for, so that a failure names the kernel that caused it.</param>
/// <param name="CacheFolder">Folder of what is kept between runs, or null to keep nothing.</param>
internal sealed record CudaSettings(string? PtxFolder, bool Blocking, string? CacheFolder)
{
    public const string Ptx = "RETRIEVAL_PTX";
    public const string BlockingLaunches = "RETRIEVAL_CUDA_BLOCKING";

    public const string Cache = "RETRIEVAL_CACHE";

    public static CudaSettings FromEnvironment() => new(
        Environment.GetEnvironmentVariable(Ptx) is { Length: > 0 } folder ? folder : null,
        Environment.GetEnvironmentVariable(BlockingLaunches) is { Length: > 0 } and not "0",
        FindCacheFolder(Environment.GetEnvironmentVariable(Cache)));

    private static string? FindCacheFolder(string? setting) => setting switch
    {
        "off" => null,
        { Length: > 0 } => Path.GetFullPath(setting),
        _ when OperatingSystem.IsWindows() => InFolder(Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData)),
        _ when Environment.GetEnvironmentVariable("XDG_CACHE_HOME") is { Length: > 0 } folder => InFolder(folder),
        _ => InFolder(Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache")),
    };

    /// <summary>None for a user without a home.</summary>
    private static string? InFolder(string folder) => Path.IsPathRooted(folder) ? Path.Combine(folder, "retrieval") : null;
}
