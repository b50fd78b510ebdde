using System.Runtime.InteropServices;
using Retrieval.Host.Interop.Cuda;

namespace Retrieval.Host.Interop.Cublas;

/// <summary>The calls of cuBLASLt that are made, as cublasLt.h of CUDA 12 and 13 declares them. Addresses on the device are <c>nint</c>.</summary>
internal static unsafe partial class CublasLt
{
    internal const string Library = "cublasLt";

    /// <summary>10000 * major + 100 * minor + patch. Works without a device.</summary>
    [LibraryImport(Library)]
    internal static partial nuint cublasLtGetVersion();

    [LibraryImport(Library)]
    internal static partial byte* cublasLtGetStatusString(CublasStatus status);

    [LibraryImport(Library)]
    internal static partial CublasStatus cublasLtCreate(out CublasLtHandle handle);

    [LibraryImport(Library)]
    internal static partial CublasStatus cublasLtDestroy(nint handle);

    [LibraryImport(Library)]
    internal static partial CublasStatus cublasLtMatmulDescCreate(out MatmulDescriptorHandle descriptor, CublasComputeType computeType, CublasDataType scaleType);

    [LibraryImport(Library)]
    internal static partial CublasStatus cublasLtMatmulDescSetAttribute(MatmulDescriptorHandle descriptor, MatmulDescriptorAttribute attribute, void* value, nuint byteCount);

    [LibraryImport(Library)]
    internal static partial CublasStatus cublasLtMatmulDescDestroy(nint descriptor);

    /// <summary>Matrices are seen column by column: <paramref name="stride"/> elements lie between the beginnings of two columns.</summary>
    [LibraryImport(Library)]
    internal static partial CublasStatus cublasLtMatrixLayoutCreate(out MatrixLayoutHandle layout, CublasDataType type, ulong rows, ulong columns, long stride);

    [LibraryImport(Library)]
    internal static partial CublasStatus cublasLtMatrixLayoutDestroy(nint layout);

    [LibraryImport(Library)]
    internal static partial CublasStatus cublasLtMatmulPreferenceCreate(out MatmulPreferenceHandle preference);

    [LibraryImport(Library)]
    internal static partial CublasStatus cublasLtMatmulPreferenceSetAttribute(MatmulPreferenceHandle preference, MatmulPreferenceAttribute attribute, void* value, nuint byteCount);

    [LibraryImport(Library)]
    internal static partial CublasStatus cublasLtMatmulPreferenceDestroy(nint preference);

    [LibraryImport(Library)]
    internal static partial CublasStatus cublasLtMatmulAlgoGetHeuristic(CublasLtHandle handle, MatmulDescriptorHandle operation, MatrixLayoutHandle a, MatrixLayoutHandle b,
        MatrixLayoutHandle c, MatrixLayoutHandle d, MatmulPreferenceHandle preference, int requestedCount, MatmulHeuristicResult* results, int* count);

    /// <summary>D = alpha op(A) op(B) + beta C, queued on the stream; alpha and beta are read before it returns.</summary>
    [LibraryImport(Library)]
    internal static partial CublasStatus cublasLtMatmul(CublasLtHandle handle, MatmulDescriptorHandle operation, void* alpha, nint a, MatrixLayoutHandle aLayout, nint b,
        MatrixLayoutHandle bLayout, void* beta, nint c, MatrixLayoutHandle cLayout, nint d, MatrixLayoutHandle dLayout, MatmulAlgorithm* algorithm, nint workspace,
        nuint workspaceByteCount, StreamHandle stream);
}
