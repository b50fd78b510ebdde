using System.Runtime.InteropServices;

namespace Retrieval.Host.Interop.Cuda;

/// <summary>A native object that lives in a context and keeps that context alive.</summary>
internal abstract class CudaHandle() : SafeHandle(0, ownsHandle: true)
{
    private PrimaryContextHandle? _context;

    public sealed override bool IsInvalid => handle == 0;

    /// <summary>Ties the object to the context in which it was made.</summary>
    public void BelongTo(PrimaryContextHandle context)
    {
        var added = false;
        context.DangerousAddRef(ref added);
        _context = context;
    }

    /// <summary>Destroys the native object; its context is current.</summary>
    protected abstract CudaResult Destroy();

    /// <returns>False if the driver refused, which happens after a failed kernel has broken the context: nothing is thrown.</returns>
    protected sealed override bool ReleaseHandle()
    {
        // By address: the context's own handle may be disposed by now, and lives on only through this object's reference.
        var entered = _context is not null && CudaDriver.cuCtxPushCurrent_v2(_context.DangerousGetHandle()) == CudaResult.Success;
        var result = Destroy();
        if (entered)
            CudaDriver.cuCtxPopCurrent_v2(out _);
        _context?.DangerousRelease();
        return result == CudaResult.Success;
    }
}
