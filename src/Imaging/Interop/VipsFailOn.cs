namespace Retrieval.Imaging.Interop;

/// <summary>libvips's <c>VipsFailOn</c>: the least damage that makes a loader fail.</summary>
internal enum VipsFailOn
{
    None = 0,
    Truncated = 1,
    Error = 2,
    Warning = 3,
}
