namespace Retrieval.Host.Interop.Cublas;

/// <summary>cublasLtMatmulPreferenceAttributes_t: what an algorithm may ask for.</summary>
internal enum MatmulPreferenceAttribute
{
    MaxWorkspaceByteCount = 1,
    MinAlignmentA = 5,
    MinAlignmentB = 6,
    MinAlignmentC = 7,
    MinAlignmentD = 8,
}
