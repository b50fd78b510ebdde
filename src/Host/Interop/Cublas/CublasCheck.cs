using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Retrieval.Host.Interop.Cublas;

/// <summary>Turns cuBLASLt's codes into exceptions and text.</summary>
internal static unsafe class CublasCheck
{
    /// <summary>Throws unless a call succeeded.</summary>
    /// <exception cref="CublasException">It names the call, the code and what the library says about it.</exception>
    public static void Check(CublasStatus status, [CallerArgumentExpression(nameof(status))] string call = "")
    {
        if (status != CublasStatus.Success)
            throw new CublasException(status, $"{call.Split('(')[0]}: {Describe(status)}");
    }

    /// <summary>A code's name and number.</summary>
    public static string Describe(CublasStatus status) => $"{Marshal.PtrToStringUTF8((nint)CublasLt.cublasLtGetStatusString(status))} ({(int)status})";
}
