using Retrieval.Host.Interop.Cublas;
using static Retrieval.Host.Interop.Cublas.CublasCheck;
using static Retrieval.Host.Interop.Cublas.CublasLt;

namespace Retrieval.Host.Backends.Cuda.Products;

/// <summary>
/// How cuBLASLt computes a product. The library sees matrices column by column, ours lie row by row, which is the same as their
/// transposes there: C' = op(B)' op(A)'. So B is its first factor, and a bias per column of C is one per row of C'.
/// </summary>
internal sealed unsafe class ProductPlan : IDisposable
{
    private readonly CudaContext _context;

    private ProductPlan(CudaContext context, ProductProblem problem, Precision precision)
    {
        _context = context;
        var type = problem.Type == ElementType.Float64 ? CublasDataType.Float64 : CublasDataType.Float32;
        var compute = type == CublasDataType.Float64 ? CublasComputeType.Float64
            : precision == Precision.Float32 ? CublasComputeType.Float32 : CublasComputeType.FastTensorFloat32;
        Check(cublasLtMatmulDescCreate(out var operation, compute, type));
        Operation = context.Own(operation);
        Set(MatmulDescriptorAttribute.TransposeA, problem.TransposeB ? CublasOperation.Transposed : CublasOperation.Plain);
        Set(MatmulDescriptorAttribute.TransposeB, problem.TransposeA ? CublasOperation.Transposed : CublasOperation.Plain);
        Set(MatmulDescriptorAttribute.Epilogue, problem.Bias ? CublasEpilogue.Bias : CublasEpilogue.None);
        First = problem.TransposeB ? Layout(type, problem.Depth, problem.Columns) : Layout(type, problem.Columns, problem.Depth);
        Second = problem.TransposeA ? Layout(type, problem.Rows, problem.Depth) : Layout(type, problem.Depth, problem.Rows);
        Result = Layout(type, problem.Columns, problem.Rows);
    }

    public MatmulDescriptorHandle Operation { get; }

    public MatrixLayoutHandle First { get; }

    public MatrixLayoutHandle Second { get; }

    public MatrixLayoutHandle Result { get; }

    public MatmulAlgorithm Algorithm { get; private set; }

    public long WorkspaceByteCount { get; private set; }

    /// <summary>Asks the library for its best algorithm.</summary>
    /// <returns>The plan, or null if the library has none.</returns>
    public static ProductPlan? Choose(CudaContext context, CublasLtHandle handle, ProductProblem problem, Precision precision, long workspaceLimit)
    {
        var plan = new ProductPlan(context, problem, precision);
        if (plan.Choose(handle, problem.Alignment, workspaceLimit))
            return plan;
        plan.Dispose();
        return null;
    }

    public void SetBias(nint bias) => Set(MatmulDescriptorAttribute.BiasPointer, bias);

    public void Dispose()
    {
        foreach (IDisposable part in (IDisposable[])[Result, Second, First, Operation])
            part.Dispose();
    }

    private bool Choose(CublasLtHandle handle, int alignment, long workspaceLimit)
    {
        Check(cublasLtMatmulPreferenceCreate(out var created));
        using var preference = _context.Own(created);
        Prefer(preference, MatmulPreferenceAttribute.MaxWorkspaceByteCount, (ulong)workspaceLimit);
        foreach (var matrix in (ReadOnlySpan<MatmulPreferenceAttribute>)[MatmulPreferenceAttribute.MinAlignmentA, MatmulPreferenceAttribute.MinAlignmentB,
            MatmulPreferenceAttribute.MinAlignmentC, MatmulPreferenceAttribute.MinAlignmentD])
            Prefer(preference, matrix, (uint)alignment);
        MatmulHeuristicResult best;
        var count = 0;
        var status = cublasLtMatmulAlgoGetHeuristic(handle, Operation, First, Second, Result, Result, preference, 1, &best, &count);
        if (status == CublasStatus.NotSupported || (status == CublasStatus.Success && (count == 0 || best.State != CublasStatus.Success)))
            return false;
        Check(status, nameof(cublasLtMatmulAlgoGetHeuristic));
        (Algorithm, WorkspaceByteCount) = (best.Algorithm, (long)best.WorkspaceByteCount);
        return true;
    }

    private MatrixLayoutHandle Layout(CublasDataType type, int rows, int columns)
    {
        Check(cublasLtMatrixLayoutCreate(out var layout, type, (ulong)rows, (ulong)columns, rows));
        return _context.Own(layout);
    }

    private void Set<T>(MatmulDescriptorAttribute attribute, T value) where T : unmanaged =>
        Check(cublasLtMatmulDescSetAttribute(Operation, attribute, &value, (nuint)sizeof(T)));

    private static void Prefer<T>(MatmulPreferenceHandle preference, MatmulPreferenceAttribute attribute, T value) where T : unmanaged =>
        Check(cublasLtMatmulPreferenceSetAttribute(preference, attribute, &value, (nuint)sizeof(T)));
}
