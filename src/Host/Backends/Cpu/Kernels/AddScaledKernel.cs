using System.Runtime.CompilerServices;

namespace Retrieval.Host.Backends.Cpu;

/// <summary>y = alpha x + beta y. With beta 0 the old y is not looked at: it may hold anything.</summary>
internal readonly unsafe struct AddScaledKernel(float alpha, float* x, float beta, float* y) : ILaneKernel
{
    private readonly float _alpha = alpha;
    private readonly float* _x = x;
    private readonly float _beta = beta;
    private readonly float* _y = y;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Apply<TLanes>(long index) where TLanes : unmanaged, ILanes<TLanes>
    {
        var sum = TLanes.Broadcast(_alpha) * TLanes.Load(_x + index);
        if (_beta != 0)
            sum = TLanes.MultiplyAdd(TLanes.Broadcast(_beta), TLanes.Load(_y + index), sum);
        sum.Store(_y + index);
    }
}
