namespace Retrieval.Host.Interop.Cudnn;

/// <summary>cudnnBackendNumericalNote_t: how an engine computes.</summary>
internal enum CudnnNumericalNote
{
    TensorCore = 0,
    DownConvertsInputs = 1,
    ReducedPrecisionReduction = 2,
    Fft = 3,
    Nondeterministic = 4,
    Winograd = 5,
}
