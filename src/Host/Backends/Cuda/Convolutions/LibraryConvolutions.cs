using Retrieval.Host.Interop.Cuda;
using Retrieval.Host.Interop.Cudnn;
using static Retrieval.Host.Interop.Cudnn.CudnnLibrary;

namespace Retrieval.Host.Backends.Cuda.Convolutions;

/// <summary>
/// Convolutions by cuDNN on one device. A problem's plan is chosen when it first occurs: from the file of earlier runs, or by measuring the engines
/// that the library proposes on the very tensors of that call. It is kept as long as the device, because recorded graphs run its kernels.
/// </summary>
internal sealed class LibraryConvolutions : IDisposable
{
    /// <summary>Engines that are measured.</summary>
    private const int MostMeasured = 8;

    private const long LeastWorkspaceLimit = 32L << 20, MostWorkspaceLimit = 1L << 30;

    private readonly Dictionary<ConvolutionProblem, ConvolutionPlan?> _plans = [];
    private readonly DeviceName _device;
    private readonly CudaContext _context;
    private readonly CudnnHandle _handle;
    private readonly EngineCatalog _catalog;
    private readonly PlanTimer _timer;
    private readonly PlanFile _file;

    /// <exception cref="DeviceException">The library is missing or too old, or does not start on this device.</exception>
    public LibraryConvolutions(CudaContext context, StreamHandle stream, DeviceName device, string? cacheFolder)
    {
        (_device, _context) = (device, context);
        Version = CudaLibraries.RequireCudnn();
        var status = cudnnCreate(out var handle);
        if (status != CudnnStatus.Success)
            throw new DeviceException($"cuDNN {Version} does not start on {device} ({context.Facts.Name}) with a driver for CUDA {context.Driver.Version}: {CudnnCheck.Describe(status)}: "
                + "install one for that driver, or set RETRIEVAL_CUDNN to it (see retrieval doctor)");
        _handle = context.Own(handle);
        CudnnCheck.Check(cudnnSetStream(_handle, stream));
        _catalog = new EngineCatalog(context, _handle);
        _timer = new PlanTimer(context, stream);
        _file = new PlanFile(cacheFolder, context.Facts.Name, Version);
    }

    public Version Version { get; }

    /// <summary>Queues a convolution. The context is current, and its queue held: the library's handle serves one thread at a time.</summary>
    /// <param name="problem">What is computed.</param>
    /// <param name="operands">Its tensors.</param>
    /// <param name="result">The tensor that is written.</param>
    /// <param name="recording">Nothing may be measured now.</param>
    /// <returns>False if the library has no engine for the problem; nothing is queued then.</returns>
    public bool TryRun(ConvolutionProblem problem, in ConvolutionOperands operands, Tensor result, bool recording)
    {
        if (!_plans.TryGetValue(problem, out var plan))
        {
            if (recording)
                throw new InvalidOperationException($"{_device}: a plan for {problem} is chosen by measuring, which is no part of a graph: run the work once before it is recorded");
            _plans.Add(problem, plan = Choose(problem, operands, result));
        }
        if (plan is null)
            return false;
        var workspace = Workspace(result.Device, plan);
        var status = plan.Run(operands, workspace.Address);
        result.Device.Return(workspace);
        return status == CudnnStatus.Success ? true
            : throw new CudnnException(status, $"cudnnBackendExecute on {_device} ({_context.Facts.Name}): {problem}: {CudnnCheck.Describe(status)}");
    }

    public void Dispose()
    {
        foreach (var plan in _plans.Values)
            plan?.Dispose();
        _timer.Dispose();
        _handle.Dispose();
    }

    private ConvolutionPlan? Choose(ConvolutionProblem problem, in ConvolutionOperands operands, Tensor result)
    {
        var limit = WorkspaceLimit(result.Device.FreeByteCount);
        if (_file.Find(problem) is { } choice && _catalog.TryBuild(problem, choice, limit) is { } known)
            return known;
        var plans = _catalog.Propose(problem, limit, MostMeasured);
        if (plans.Count == 0)
            return null;
        var (best, all) = plans.Count == 1 ? (plans[0], true) : Fastest(plans, problem, operands, result);
        foreach (var plan in plans)
            if (plan != best)
                plan.Dispose();
        // A choice made for want of memory is not one for later processes.
        if (all)
            _file.Add(problem, best.Choice);
        return best;
    }

    /// <summary>The fastest plan of those for which there is memory; where there is none for any, the one that asks for least.</summary>
    /// <returns>The plan, and whether all were measured.</returns>
    private (ConvolutionPlan Plan, bool All) Fastest(List<ConvolutionPlan> plans, ConvolutionProblem problem, ConvolutionOperands operands, Tensor result)
    {
        var (fastest, least, all) = (plans.MinBy(plan => plan.WorkspaceByteCount)!, double.PositiveInfinity, true);
        // What is added to must be added to once only.
        var scratch = problem.Accumulate ? result.Device.Memory.RentIfPossible(result.Shape, result.Type, MemoryPurpose.Workspace) : Tensor.None;
        if (problem.Accumulate)
        {
            if (scratch.IsNone)
                return (fastest, false);
            result.Device.Operators.Copy(result, scratch);
            operands = problem.Pass == ConvolutionPass.WeightGradient ? operands with { W = scratch.Address } : operands with { X = scratch.Address };
        }
        foreach (var plan in plans)
        {
            var workspace = plan.WorkspaceByteCount > 0 ? CudaBackend.RentWorkspaceIfPossible(result.Device, plan.WorkspaceByteCount) : Tensor.None;
            if (plan.WorkspaceByteCount > 0 && workspace.IsNone)
            {
                all = false;
                continue;
            }
            var time = _timer.Measure(plan, operands, workspace.Address, least);
            result.Device.Return(workspace);
            if (time < least)
                (fastest, least) = (plan, time);
        }
        result.Device.Return(scratch);
        return (fastest, all);
    }

    private static Tensor Workspace(Device device, ConvolutionPlan plan) =>
        plan.WorkspaceByteCount > 0 ? CudaBackend.RentWorkspace(device, plan.WorkspaceByteCount) : Tensor.None;

    /// <summary>A quarter of what is free, within bounds: the activations of a larger batch are to fit too.</summary>
    public static long WorkspaceLimit(long freeByteCount) => Math.Clamp(freeByteCount / 4, LeastWorkspaceLimit, MostWorkspaceLimit);
}
