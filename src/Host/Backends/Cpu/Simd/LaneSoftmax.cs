using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Retrieval.Host.Backends.Cpu;

/// <summary>Softmax of a row of contiguous floats on the calling thread; the largest is taken off first, so nothing overflows.</summary>
internal static unsafe class LaneSoftmax
{
    private const float Log2E = 1.4426950409f;

    /// <summary>row = softmax( scale * row + bias ).</summary>
    /// <param name="row">Overwritten.</param>
    /// <param name="count">At least 1.</param>
    /// <param name="scale">Factor of every value.</param>
    /// <param name="bias">Addends, or null.</param>
    public static void Run(float* row, int count, float scale, float* bias)
    {
        if (Vector512.IsHardwareAccelerated && count >= Lanes16.Count)
            Run<Lanes16>(row, count, scale, bias);
        else if (Vector256.IsHardwareAccelerated && count >= Lanes8.Count)
            Run<Lanes8>(row, count, scale, bias);
        else if (Vector128.IsHardwareAccelerated && count >= Lanes4.Count)
            Run<Lanes4>(row, count, scale, bias);
        else
            Run<Lanes1>(row, count, scale, bias);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void Run<TLanes>(float* row, int count, float scale, float* bias) where TLanes : unmanaged, ILanes<TLanes>
    {
        var whole = count - (count % TLanes.Count);
        var largest = Math.Max(Logits<TLanes>(row, 0, whole, scale, bias), Logits<Lanes1>(row, whole, count, scale, bias));
        var sum = Exponentials<TLanes>(row, 0, whole, largest) + Exponentials<Lanes1>(row, whole, count, largest);
        LaneSweep.Run(new AddScaledKernel(1 / sum, row, 0, row), 0, count);
    }

    /// <returns>The largest.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static float Logits<TLanes>(float* row, int first, int end, float scale, float* bias) where TLanes : unmanaged, ILanes<TLanes>
    {
        TLanes largest = TLanes.Broadcast(float.NegativeInfinity), factor = TLanes.Broadcast(scale);
        for (var i = first; i < end; i += TLanes.Count)
        {
            var value = TLanes.MultiplyAdd(factor, TLanes.Load(row + i), bias == null ? default : TLanes.Load(bias + i));
            value.Store(row + i);
            largest = TLanes.Max(largest, value);
        }
        var lanes = stackalloc float[Lanes16.Count];
        largest.Store(lanes);
        var result = lanes[0];
        for (var lane = 1; lane < TLanes.Count; lane++)
            result = Math.Max(result, lanes[lane]);
        return result;
    }

    /// <returns>Their sum.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static float Exponentials<TLanes>(float* row, int first, int end, float largest) where TLanes : unmanaged, ILanes<TLanes>
    {
        TLanes sum = default, top = TLanes.Broadcast(largest), log2E = TLanes.Broadcast(Log2E);
        for (var i = first; i < end; i += TLanes.Count)
        {
            var value = VectorMath.Exp2((TLanes.Load(row + i) - top) * log2E);
            value.Store(row + i);
            sum += value;
        }
        return TLanes.Sum(sum);
    }
}
