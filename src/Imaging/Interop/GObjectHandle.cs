using Microsoft.Win32.SafeHandles;

namespace Retrieval.Imaging.Interop;

/// <summary>Owns one reference to a GObject.</summary>
internal abstract class GObjectHandle() : SafeHandleZeroOrMinusOneIsInvalid(ownsHandle: true)
{
    protected sealed override bool ReleaseHandle()
    {
        GObject.g_object_unref(handle);
        return true;
    }
}
