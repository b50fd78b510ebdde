using System.Runtime.CompilerServices;

namespace Retrieval.Host.Backends.Cpu;

/// <summary>y = relu?( (x - center) * scale + shift + residual ) per channel; without a center, x itself.</summary>
internal readonly unsafe struct ScaleShiftKernel(float* x, float* center, float* scale, float* shift, float* residual, bool relu, float* y) : IMatrixKernel
{
    private readonly float* _x = x;
    private readonly float* _center = center;
    private readonly float* _scale = scale;
    private readonly float* _shift = shift;
    private readonly float* _residual = residual;
    private readonly bool _relu = relu;
    private readonly float* _y = y;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Apply<TLanes>(long index, long row, int column) where TLanes : unmanaged, ILanes<TLanes>
    {
        var value = TLanes.Load(_x + index);
        if (_center != null)
            value -= TLanes.Load(_center + column);
        value = TLanes.MultiplyAdd(value, TLanes.Load(_scale + column), TLanes.Load(_shift + column));
        if (_residual != null)
            value += TLanes.Load(_residual + index);
        if (_relu)
            value = TLanes.Max(TLanes.Broadcast(0), value);
        value.Store(_y + index);
    }
}
