using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Retrieval.Host.Backends.Cpu.Classes;

/// <summary>What a softmax needs of a row. Registers sum some thousand values before these meet in double.</summary>
internal static unsafe class SoftmaxSums
{
    private const int RunLength = 1 << 14;
    private const float Log2E = 1.44269504f;

    /// <summary>The largest value; what is not a number is passed over.</summary>
    public static float Largest(float* z, int count)
    {
        var (largest, at) = (float.NegativeInfinity, 0);
        if (Vector512.IsHardwareAccelerated)
            at = LargestSweep<Lanes16>(z, at, count, ref largest);
        if (Vector256.IsHardwareAccelerated)
            at = LargestSweep<Lanes8>(z, at, count, ref largest);
        if (Vector128.IsHardwareAccelerated)
            at = LargestSweep<Lanes4>(z, at, count, ref largest);
        LargestSweep<Lanes1>(z, at, count, ref largest);
        return largest;
    }

    /// <summary>Writes e^(z - shift) for a shift that no value exceeds, and gives their sum and the sum of z; y may be z.</summary>
    public static (double Exponentials, double Plain) Exponentials(float* z, int count, float shift, float* y)
    {
        var (sum, plain, at) = (0.0, 0.0, 0);
        for (var first = 0; first < count; first += RunLength)
        {
            var end = Math.Min(count, first + RunLength);
            if (Vector512.IsHardwareAccelerated)
                at = ExponentialSweep<Lanes16>(z, at, end, shift, y, ref sum, ref plain);
            if (Vector256.IsHardwareAccelerated)
                at = ExponentialSweep<Lanes8>(z, at, end, shift, y, ref sum, ref plain);
            if (Vector128.IsHardwareAccelerated)
                at = ExponentialSweep<Lanes4>(z, at, end, shift, y, ref sum, ref plain);
            at = ExponentialSweep<Lanes1>(z, at, end, shift, y, ref sum, ref plain);
        }
        return (sum, plain);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static int LargestSweep<TLanes>(float* z, int at, int end, ref float largest) where TLanes : unmanaged, ILanes<TLanes>
    {
        if (at > end - TLanes.Count)
            return at;
        var found = TLanes.Broadcast(largest);
        for (; at <= end - TLanes.Count; at += TLanes.Count)
        {
            var values = TLanes.Load(z + at);
            found = TLanes.IfGreater(values, found, values, found);
        }
        var lanes = stackalloc float[TLanes.Count];
        found.Store(lanes);
        for (var lane = 0; lane < TLanes.Count; lane++)
            largest = Math.Max(largest, lanes[lane]);
        return at;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static int ExponentialSweep<TLanes>(float* z, int at, int end, float shift, float* y, ref double sum, ref double plain) where TLanes : unmanaged, ILanes<TLanes>
    {
        TLanes exponentials = default, values = default;
        for (; at <= end - TLanes.Count; at += TLanes.Count)
        {
            var value = TLanes.Load(z + at);
            var power = VectorMath.Exp2(TLanes.Broadcast(Log2E) * (value - TLanes.Broadcast(shift)));
            exponentials += power;
            values += value;
            power.Store(y + at);
        }
        sum += TLanes.Sum(exponentials);
        plain += TLanes.Sum(values);
        return at;
    }
}
