namespace Retrieval.Imaging.Interop;

/// <summary>One reference to a <c>VipsImage</c>.</summary>
internal sealed class VipsImageHandle : GObjectHandle;
