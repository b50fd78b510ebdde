using System.Runtime.InteropServices;

namespace Retrieval.Index.Storage;

/// <summary>Native memory aligned to 64 bytes; what was never written costs no physical memory.</summary>
internal sealed unsafe class AlignedMemory : SafeHandle
{
    private const nuint Alignment = 64;

    public AlignedMemory(long byteCount) : base(0, ownsHandle: true) =>
        SetHandle((nint)NativeMemory.AlignedAlloc((nuint)Math.Max(1, byteCount), Alignment));

    public override bool IsInvalid => handle == 0;

    public nint Address => handle;

    protected override bool ReleaseHandle()
    {
        NativeMemory.AlignedFree((void*)handle);
        return true;
    }
}
