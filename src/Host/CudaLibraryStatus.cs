namespace Retrieval.Host;

/// <summary>A library of NVIDIA's that the CUDA device uses beside the driver.</summary>
/// <param name="Name">What its maker calls it.</param>
/// <param name="Path">From where it was loaded, or null.</param>
/// <param name="Tried">Every path and name that was tried.</param>
public sealed record CudaLibraryStatus(string Name, string? Path, IReadOnlyList<string> Tried)
{
    /// <summary>Its version, or null.</summary>
    public Version? Version { get; init; }

    /// <summary>Why it cannot be used, in one line, or null.</summary>
    public string? Problem { get; init; }
}
