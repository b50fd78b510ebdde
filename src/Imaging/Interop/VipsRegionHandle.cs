namespace Retrieval.Imaging.Interop;

/// <summary>One reference to a <c>VipsRegion</c>.</summary>
internal sealed class VipsRegionHandle : GObjectHandle;
