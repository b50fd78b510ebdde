namespace Retrieval.Host;

/// <summary>What this machine offers of CUDA, and what is missing.</summary>
public sealed record CudaPlatformStatus
{
    /// <summary>From where the driver was loaded, or null.</summary>
    public string? Path { get; init; }

    /// <summary>The CUDA that the driver offers, or null.</summary>
    public Version? Version { get; init; }

    /// <summary>Every path and name that was tried for the driver.</summary>
    public IReadOnlyList<string> Tried { get; init; } = [];

    /// <summary>Why there is no device, in one line, or null.</summary>
    public string? Problem { get; init; }

    public IReadOnlyList<CudaDeviceStatus> Devices { get; init; } = [];

    /// <summary>cuDNN and cuBLASLt; not looked for where there is no driver.</summary>
    public IReadOnlyList<CudaLibraryStatus> Libraries { get; init; } = [];

    /// <summary>Where kernels come from, or null if there are none.</summary>
    public string? Kernels { get; init; }

    /// <summary>Why there are no kernels, in one line, or null.</summary>
    public string? KernelProblem { get; init; }
}
