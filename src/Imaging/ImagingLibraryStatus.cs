namespace Retrieval.Imaging;

/// <summary>What <see cref="ImagingLibrary.Probe"/> found.</summary>
/// <param name="Path">The file that was loaded; null if none was, or if the operating system does not tell.</param>
/// <param name="Version">The library's version; null if it was not found or does not serve.</param>
/// <param name="Formats">Image formats that this build of it reads.</param>
/// <param name="Tried">Every file and name tried, in order; the last one is the one in use.</param>
/// <param name="Problem">Why there is no library, and what to do; null if all is well.</param>
public sealed record ImagingLibraryStatus(
    string? Path, string? Version, IReadOnlyList<string> Formats, IReadOnlyList<string> Tried, string? Problem)
{
    public bool Found => Problem is null;
}
