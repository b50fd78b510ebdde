using System.Runtime.CompilerServices;

namespace Retrieval.Host.Backends.Cpu;

/// <summary>dz = a (da - mean): copied beside a, and left in place of da times the location's scale.</summary>
internal readonly unsafe struct LogitGradientKernel(float* assignment, float* gradients, float mean, float scale, float* copy, float* logits) : ILaneKernel
{
    private readonly float* _assignment = assignment;
    private readonly float* _gradients = gradients;
    private readonly float _mean = mean;
    private readonly float _scale = scale;
    private readonly float* _copy = copy;
    private readonly float* _logits = logits;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Apply<TLanes>(long index) where TLanes : unmanaged, ILanes<TLanes>
    {
        var assignment = TLanes.Load(_assignment + index);
        var gradient = assignment * (TLanes.Load(_gradients + index) - TLanes.Broadcast(_mean));
        assignment.Store(_copy + index);
        gradient.Store(_logits + index);
        (gradient * TLanes.Broadcast(_scale)).Store(_gradients + index);
    }
}
