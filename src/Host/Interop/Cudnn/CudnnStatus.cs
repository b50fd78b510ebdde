namespace Retrieval.Host.Interop.Cudnn;

/// <summary>cudnnStatus_t: the code that is told apart; the numbers of the others differ between cuDNN 8 and 9. The library itself explains them.</summary>
internal enum CudnnStatus
{
    Success = 0,
}
