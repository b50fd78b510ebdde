using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Retrieval.Host.Interop.Cublas;

/// <summary>cublasLtMatmulHeuristicResult_t: an algorithm that the library proposes.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct MatmulHeuristicResult
{
    public MatmulAlgorithm Algorithm;
    public nuint WorkspaceByteCount;
    public CublasStatus State;
    public float WaveCount;
    public ReservedWords Reserved;

    [InlineArray(4)]
    internal struct ReservedWords
    {
        private int _word;
    }
}
