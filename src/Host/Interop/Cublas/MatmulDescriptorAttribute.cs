namespace Retrieval.Host.Interop.Cublas;

/// <summary>cublasLtMatmulDescAttributes_t: what is said about a product.</summary>
internal enum MatmulDescriptorAttribute
{
    TransposeA = 3,
    TransposeB = 4,
    Epilogue = 7,
    BiasPointer = 8,
}
