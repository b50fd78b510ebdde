namespace Retrieval.Host.Interop.Cuda;

/// <summary>CUjit_option: what is asked of the compiler from PTX to machine code.</summary>
internal enum CudaJitOption
{
    ErrorLogBuffer = 5,
    ErrorLogBufferSizeBytes = 6,
    GenerateLineInfo = 13,
}
