namespace Retrieval.Host.Interop.Cublas;

/// <summary>cublasOperation_t: how a factor is read.</summary>
internal enum CublasOperation
{
    Plain = 0,
    Transposed = 1,
}
