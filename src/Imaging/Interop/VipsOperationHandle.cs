namespace Retrieval.Imaging.Interop;

/// <summary>One reference to a <c>VipsOperation</c>.</summary>
internal sealed class VipsOperationHandle : GObjectHandle;
