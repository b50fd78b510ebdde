using Retrieval.Host.Interop.Cublas;
using Retrieval.Host.Interop.Cuda;
using static Retrieval.Host.Interop.Cublas.CublasLt;

namespace Retrieval.Host.Backends.Cuda.Products;

/// <summary>Matrix products by cuBLASLt on one device, with a plan for each shape.</summary>
internal sealed unsafe class LibraryProducts : IDisposable
{
    /// <summary>What NVIDIA recommends for its newer GPUs; an algorithm that needs none gets none.</summary>
    public const long WorkspaceLimit = 32L << 20;

    private readonly Dictionary<ProductProblem, ProductPlan?> _plans = [];
    private readonly CudaContext _context;
    private readonly StreamHandle _stream;
    private readonly Precision _precision;
    private readonly CublasLtHandle _handle;

    /// <exception cref="DeviceException">The library is too old, or does not start on this device.</exception>
    public LibraryProducts(CudaContext context, StreamHandle stream, DeviceName device, Precision precision)
    {
        (_context, _stream, _precision) = (context, stream, precision);
        var version = CudaLibraries.RequireCublas();
        var status = cublasLtCreate(out var handle);
        if (status != CublasStatus.Success)
            throw new DeviceException($"cuBLASLt {version} does not start on {device} ({context.Facts.Name}) with a driver for CUDA {context.Driver.Version}: {CublasCheck.Describe(status)}: "
                + "set RETRIEVAL_CUBLASLT to one for that driver (see retrieval doctor)");
        _handle = context.Own(handle);
    }

    /// <summary>Queues C = op(A) op(B) + bias, or C += op(A) op(B). The context is current, and its queue held: the bias stands in the plan while it runs.</summary>
    /// <returns>False if the library has no algorithm for it; nothing is queued then.</returns>
    public bool TryMultiply(ProductProblem problem, nint a, nint b, nint bias, Tensor c, bool accumulate)
    {
        if (!_plans.TryGetValue(problem, out var plan))
            _plans.Add(problem, plan = ProductPlan.Choose(_context, _handle, problem, _precision, WorkspaceLimit));
        if (plan is null)
            return false;
        if (problem.Bias)
            plan.SetBias(bias);
        var workspace = plan.WorkspaceByteCount > 0 ? CudaBackend.RentWorkspace(c.Device, plan.WorkspaceByteCount) : Tensor.None;
        var status = Run(plan, problem.Type, a, b, c.Address, accumulate, workspace.Address);
        c.Device.Return(workspace);
        return status == CublasStatus.Success ? true
            : throw new CublasException(status, $"cublasLtMatmul on {c.Device.Name} ({_context.Facts.Name}): {problem}: {CublasCheck.Describe(status)}");
    }

    public void Dispose()
    {
        foreach (var plan in _plans.Values)
            plan?.Dispose();
        _handle.Dispose();
    }

    private CublasStatus Run(ProductPlan plan, ElementType type, nint a, nint b, nint c, bool accumulate, nint workspace)
    {
        double one = 1, more = accumulate ? 1 : 0;
        float singleOne = 1, singleMore = accumulate ? 1 : 0;
        var isDouble = type == ElementType.Float64;
        var algorithm = plan.Algorithm;
        return cublasLtMatmul(_handle, plan.Operation, isDouble ? &one : &singleOne, b, plan.First, a, plan.Second, isDouble ? &more : &singleMore, c, plan.Result, c, plan.Result,
            &algorithm, workspace, (nuint)plan.WorkspaceByteCount, _stream);
    }
}
