namespace Retrieval.Host.Interop.Cublas;

/// <summary>cublasLtEpilogue_t: what is done to a product before it is stored.</summary>
internal enum CublasEpilogue : uint
{
    None = 1,

    /// <summary>A value a row is added, of the product as the library sees it: column by column.</summary>
    Bias = 4,
}
