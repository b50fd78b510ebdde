using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Retrieval.Host.Interop.Cudnn;

/// <summary>Turns cuDNN's codes into exceptions and text.</summary>
internal static unsafe class CudnnCheck
{
    private const int MessageByteCount = 512;

    /// <summary>Throws unless a call succeeded.</summary>
    /// <exception cref="CudnnException">It names the call, the code and what the library says about it.</exception>
    public static void Check(CudnnStatus status, [CallerArgumentExpression(nameof(status))] string call = "")
    {
        if (status != CudnnStatus.Success)
            throw new CudnnException(status, $"{call.Split('(')[0]}: {Describe(status)}");
    }

    /// <summary>A code's name and number, and the library's own account of its last failure where it keeps one.</summary>
    public static string Describe(CudnnStatus status) => $"{Marshal.PtrToStringUTF8((nint)CudnnLibrary.cudnnGetErrorString(status))} ({(int)status}){LastError()}";

    private static string LastError()
    {
        if (!NativeLibraries.Find(CudnnLibrary.Library).Has(nameof(CudnnLibrary.cudnnGetLastErrorString)))
            return "";
        var message = stackalloc byte[MessageByteCount];
        message[0] = 0;
        CudnnLibrary.cudnnGetLastErrorString(message, MessageByteCount);
        var text = Marshal.PtrToStringUTF8((nint)message)?.Trim();
        return string.IsNullOrEmpty(text) ? "" : $", {text.ReplaceLineEndings(" ")}";
    }
}
