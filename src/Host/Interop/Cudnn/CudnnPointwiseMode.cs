namespace Retrieval.Host.Interop.Cudnn;

/// <summary>cudnnPointwiseMode_t: what is done to each element.</summary>
internal enum CudnnPointwiseMode
{
    Add = 0,
    Relu = 100,
}
