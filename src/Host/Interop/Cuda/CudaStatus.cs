using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Retrieval.Host.Interop.Cuda;

/// <summary>Turns the driver's codes into exceptions and text.</summary>
internal static unsafe class CudaStatus
{
    /// <summary>Throws unless a call succeeded.</summary>
    /// <exception cref="CudaException">It names the call, the code and what the driver says about it.</exception>
    /// <exception cref="DeviceException">The same, where it is the machine's state that is to be put right.</exception>
    public static void Check(CudaResult result, [CallerArgumentExpression(nameof(result))] string call = "")
    {
        if (result != CudaResult.Success)
            throw Failure(result, $"{call.Split('(')[0]}: {Describe(result)}");
    }

    /// <summary>The exception for a code: the user's to put right, or ours.</summary>
    public static Exception Failure(CudaResult result, string message) =>
        CureFor(result) is { } cure ? new DeviceException($"cuda: {message}: {cure}") : new CudaException(result, message);

    /// <summary>What the user can do about a code, or null where there is nothing but a bug to look for.</summary>
    public static string? CureFor(CudaResult result) => result switch
    {
        CudaResult.NoDevice => "look with nvidia-smi whether the machine has a GPU, and whether CUDA_VISIBLE_DEVICES hides it",
        CudaResult.OutOfMemory => "use smaller batches or images, and look with nvidia-smi for other programs on the GPU",
        CudaResult.DeviceUnavailable => "another program has the GPU for itself, or its compute mode allows none: look with nvidia-smi, end that program or set the mode back (nvidia-smi -c DEFAULT)",
        CudaResult.StubLibrary => "this libcuda is for linking only: install NVIDIA's driver, or correct RETRIEVAL_CUDA_DRIVER",
        CudaResult.SystemDriverMismatch => "the driver's library and its kernel module are of different versions: restart the machine after an update",
        CudaResult.CompatNotSupportedOnDevice => "a compatibility library stands before the driver's own, and does not support this GPU: take it out of the loader's path",
        CudaResult.SystemNotReady => "the machine is not ready for CUDA: see that NVIDIA's fabric manager runs",
        CudaResult.LaunchTimeout => "the system ended a kernel that ran too long: use a GPU that drives no display, or smaller batches",
        CudaResult.EccUncorrectable or CudaResult.NvlinkUncorrectable or CudaResult.ExternalDevice or CudaResult.Unknown =>
            "the GPU has failed or was lost: look at nvidia-smi and for Xid lines in the system's log, and restart the machine",
        _ => null,
    };

    /// <summary>A code's name, number and text.</summary>
    public static string Describe(CudaResult result)
    {
        var name = CudaDriver.cuGetErrorName(result, out var pointer) == CudaResult.Success ? Marshal.PtrToStringUTF8((nint)pointer) : "an unknown code";
        var text = CudaDriver.cuGetErrorString(result, out pointer) == CudaResult.Success ? Marshal.PtrToStringUTF8((nint)pointer) : "the driver does not explain it";
        return $"{name} ({(int)result}), {text}";
    }
}
