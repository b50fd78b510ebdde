using Retrieval.Host.Interop.Cudnn;
using static Retrieval.Host.Backends.Cuda.Convolutions.Descriptions;
using static Retrieval.Host.Interop.Cudnn.CudnnLibrary;

namespace Retrieval.Host.Backends.Cuda.Convolutions;

/// <summary>A graph with the engine that computes it, ready to run. Recorded graphs run its kernels too, so it lives as long as the device.</summary>
internal sealed unsafe class ConvolutionPlan : IDisposable
{
    private const int MostTensors = 5;

    private readonly Descriptions _descriptions;
    private readonly CudnnHandle _handle;
    private readonly CudnnDescriptor _plan;

    /// <summary>Makes a plan from an engine's configuration.</summary>
    /// <exception cref="CudnnException">The engine cannot compute the graph after all.</exception>
    public ConvolutionPlan(Descriptions descriptions, CudnnHandle handle, CudnnDescriptor configuration, EngineChoice choice)
    {
        (_descriptions, _handle, Choice) = (descriptions, handle, choice);
        _plan = descriptions.Add(CudnnDescriptorType.ExecutionPlan);
        Set(_plan, CudnnAttribute.PlanHandle, CudnnAttributeType.Handle, handle.Value);
        Set(_plan, CudnnAttribute.PlanConfiguration, configuration);
        Finish(_plan);
        Span<long> byteCount = [0];
        Get(_plan, CudnnAttribute.PlanWorkspaceByteCount, CudnnAttributeType.Int64, byteCount);
        WorkspaceByteCount = byteCount[0];
    }

    public EngineChoice Choice { get; }

    public long WorkspaceByteCount { get; }

    /// <summary>Queues the plan on its handle's stream. One thread at a time; allocates nothing managed.</summary>
    public CudnnStatus Run(in ConvolutionOperands operands, nint workspace)
    {
        var status = cudnnBackendCreateTransientDescriptor(CudnnDescriptorType.VariantPack, out var pack);
        if (status != CudnnStatus.Success)
            return status;
        // Nothing in between throws.
        status = Fill(pack, operands, workspace);
        if (status == CudnnStatus.Success)
            status = cudnnBackendExecute(_handle, _plan, pack);
        _ = cudnnBackendDestroyDescriptor(pack);
        return status;
    }

    public void Dispose() => _descriptions.Dispose();

    private static CudnnStatus Fill(nint pack, in ConvolutionOperands operands, nint workspace)
    {
        var ids = stackalloc long[MostTensors] { ConvolutionGraph.X, ConvolutionGraph.W, ConvolutionGraph.Y, 0, 0 };
        var pointers = stackalloc nint[MostTensors] { operands.X, operands.W, operands.Y, 0, 0 };
        var count = 3;
        if (operands.Shift != 0)
            (ids[count], pointers[count++]) = (ConvolutionGraph.Shift, operands.Shift);
        if (operands.Residual != 0)
            (ids[count], pointers[count++]) = (ConvolutionGraph.Residual, operands.Residual);
        var status = cudnnBackendSetAttribute(pack, CudnnAttribute.PackIds, CudnnAttributeType.Int64, count, ids);
        if (status == CudnnStatus.Success)
            status = cudnnBackendSetAttribute(pack, CudnnAttribute.PackPointers, CudnnAttributeType.Pointer, count, pointers);
        if (status == CudnnStatus.Success)
            status = cudnnBackendSetAttribute(pack, CudnnAttribute.PackWorkspace, CudnnAttributeType.Pointer, 1, &workspace);
        return status == CudnnStatus.Success ? cudnnBackendFinalize(pack) : status;
    }
}
