namespace Retrieval.Imaging.Interop;

/// <summary>One reference to a <c>VipsSource</c>.</summary>
internal sealed class VipsSourceHandle : GObjectHandle;
