namespace Retrieval.Host.Interop.Cudnn;

/// <summary>cudnnConvolutionMode_t: which way a filter is laid on; networks correlate.</summary>
internal enum CudnnConvolutionMode
{
    CrossCorrelation = 1,
}
