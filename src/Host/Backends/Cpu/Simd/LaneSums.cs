using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Retrieval.Host.Backends.Cpu;

/// <summary>Sums along contiguous floats on the calling thread. Each register sums at most a few thousand products before they meet in double.</summary>
internal static unsafe class LaneSums
{
    private const long Run = 1 << 14;

    /// <summary>sum a b.</summary>
    public static double Dot(float* a, float* b, long count) => Sum(new Products(a, b), count);

    /// <summary>sum (a - b + shift)^2.</summary>
    public static double SquaredDistance(float* a, float* b, float shift, long count) => Sum(new SquaredDifferences(a, b, shift), count);

    private static double Sum<TTerm>(TTerm term, long count) where TTerm : struct, ITerm
    {
        var total = 0.0;
        for (var first = 0L; first < count; first += Run)
        {
            long index = first, end = Math.Min(count, first + Run);
            if (Vector512.IsHardwareAccelerated)
                total += Sweep<TTerm, Lanes16>(term, ref index, end);
            if (Vector256.IsHardwareAccelerated)
                total += Sweep<TTerm, Lanes8>(term, ref index, end);
            if (Vector128.IsHardwareAccelerated)
                total += Sweep<TTerm, Lanes4>(term, ref index, end);
            total += Sweep<TTerm, Lanes1>(term, ref index, end);
        }
        return total;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static float Sweep<TTerm, TLanes>(TTerm term, ref long start, long end)
        where TTerm : struct, ITerm
        where TLanes : unmanaged, ILanes<TLanes>
    {
        TLanes a = default, b = default, c = default, d = default;
        var i = start;
        for (; i <= end - (4 * TLanes.Count); i += 4 * TLanes.Count)
        {
            a = term.Add(i, a);
            b = term.Add(i + TLanes.Count, b);
            c = term.Add(i + (2 * TLanes.Count), c);
            d = term.Add(i + (3 * TLanes.Count), d);
        }
        for (; i <= end - TLanes.Count; i += TLanes.Count)
            a = term.Add(i, a);
        start = i;
        return TLanes.Sum((a + b) + (c + d));
    }

    private interface ITerm
    {
        TLanes Add<TLanes>(long index, TLanes sum) where TLanes : unmanaged, ILanes<TLanes>;
    }

    private readonly struct Products(float* a, float* b) : ITerm
    {
        private readonly float* _a = a;
        private readonly float* _b = b;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TLanes Add<TLanes>(long index, TLanes sum) where TLanes : unmanaged, ILanes<TLanes> =>
            TLanes.MultiplyAdd(TLanes.Load(_a + index), TLanes.Load(_b + index), sum);
    }

    private readonly struct SquaredDifferences(float* a, float* b, float shift) : ITerm
    {
        private readonly float* _a = a;
        private readonly float* _b = b;
        private readonly float _shift = shift;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TLanes Add<TLanes>(long index, TLanes sum) where TLanes : unmanaged, ILanes<TLanes>
        {
            var difference = TLanes.Load(_a + index) - TLanes.Load(_b + index) + TLanes.Broadcast(_shift);
            return TLanes.MultiplyAdd(difference, difference, sum);
        }
    }
}
