using System.Runtime.CompilerServices;

namespace Retrieval.Host.Backends.Cpu;

/// <summary>
/// The exponent's gradient from one image's channel: dy y / p ( L / S - log(S / positions) / p ), where S and L are the sums of u^p and u^p log(u)
/// for u = x / y. S is the number of positions but for rounding; keeping it takes the rounding of y out.
/// </summary>
internal readonly unsafe struct GemExponentKernel(float* dy, float* y, float* p, float* sums, float* logSums, float share, float* result) : ILaneKernel
{
    private const float NaturalPerBinary = 0.6931471805599453f;

    private readonly float* _dy = dy;
    private readonly float* _y = y;
    private readonly float* _p = p;
    private readonly float* _sums = sums;
    private readonly float* _logSums = logSums;
    private readonly float _share = share;
    private readonly float* _result = result;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Apply<TLanes>(long index) where TLanes : unmanaged, ILanes<TLanes>
    {
        TLanes p = TLanes.Load(_p + index), sum = TLanes.Load(_sums + index);
        var correction = VectorMath.Log2(sum * TLanes.Broadcast(_share)) / p;
        var slope = (TLanes.Load(_logSums + index) / sum) - correction;
        (TLanes.Broadcast(NaturalPerBinary) * TLanes.Load(_dy + index) * TLanes.Load(_y + index) / p * slope).Store(_result + index);
    }
}
