using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Retrieval.Host.Interop.Cuda;

/// <summary>Turns the driver's codes into exceptions and text.</summary>
internal static unsafe class CudaStatus
{
    /// <summary>Throws unless a call succeeded.</summary>
    /// <exception cref="CudaException">It names the call, the code and what the driver says about it.</exception>
    public static void Check(CudaResult result, [CallerArgumentExpression(nameof(result))] string call = "")
    {
        if (result != CudaResult.Success)
            throw new CudaException(result, $"{call.Split('(')[0]}: {Describe(result)}");
    }

    /// <summary>A code's name, number and text.</summary>
    public static string Describe(CudaResult result)
    {
        var name = CudaDriver.cuGetErrorName(result, out var pointer) == CudaResult.Success ? Marshal.PtrToStringUTF8((nint)pointer) : "an unknown code";
        var text = CudaDriver.cuGetErrorString(result, out pointer) == CudaResult.Success ? Marshal.PtrToStringUTF8((nint)pointer) : "the driver does not explain it";
        return $"{name} ({(int)result}), {text}";
    }
}
