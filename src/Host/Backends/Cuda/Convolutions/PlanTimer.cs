using Retrieval.Host.Interop.Cuda;
using Retrieval.Host.Interop.Cudnn;
using static Retrieval.Host.Interop.Cuda.CudaDriver;
using static Retrieval.Host.Interop.Cuda.CudaStatus;

namespace Retrieval.Host.Backends.Cuda.Convolutions;

/// <summary>Measures plans by running them.</summary>
internal sealed class PlanTimer(CudaContext context, StreamHandle stream) : IDisposable
{
    private const int Runs = 3;

    private readonly EventHandle _start = context.CreateTimedEvent(), _end = context.CreateTimedEvent();

    /// <summary>Median milliseconds of a few runs after one that warms up; a plan that is hopeless after that one is not run again.</summary>
    /// <returns>Infinity if the plan does not run.</returns>
    public double Measure(ConvolutionPlan plan, in ConvolutionOperands operands, nint workspace, double best)
    {
        var first = Time(plan, operands, workspace);
        if (first > 4 * best)
            return first;
        Span<double> times = stackalloc double[Runs];
        foreach (ref var time in times)
            time = Time(plan, operands, workspace);
        times.Sort();
        return times[Runs / 2];
    }

    public void Dispose()
    {
        _start.Dispose();
        _end.Dispose();
    }

    private double Time(ConvolutionPlan plan, in ConvolutionOperands operands, nint workspace)
    {
        Check(cuEventRecord(_start, stream));
        if (plan.Run(operands, workspace) != CudnnStatus.Success)
            return double.PositiveInfinity;
        Check(cuEventRecord(_end, stream));
        Check(cuEventSynchronize(_end));
        Check(cuEventElapsedTime(out var milliseconds, _start, _end));
        return milliseconds;
    }
}
