using System.Runtime.CompilerServices;

namespace Retrieval.Host.Interop.Cublas;

/// <summary>cublasLtMatmulAlgo_t: an algorithm, opaque.</summary>
[InlineArray(8)]
internal struct MatmulAlgorithm
{
    private ulong _word;
}
