using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Retrieval.Training.Whitening.LinearAlgebra;

/// <summary>Operations on whole vectors; two vectors given together have the same length.</summary>
internal static unsafe class VectorOperations
{
    /// <summary>The inner product of two vectors.</summary>
    public static double Dot(ReadOnlySpan<double> left, ReadOnlySpan<double> right) => Vector512.IsHardwareAccelerated
        ? Dot<Simd512, Vector512<double>>(left, right)
        : Dot<SimdNative, Vector<double>>(left, right);

    /// <summary>target += scale * source.</summary>
    public static void AddScaled(Span<double> target, double scale, ReadOnlySpan<double> source)
    {
        if (Vector512.IsHardwareAccelerated)
            AddScaled<Simd512, Vector512<double>>(target, scale, source);
        else
            AddScaled<SimdNative, Vector<double>>(target, scale, source);
    }

    /// <summary>values *= scale.</summary>
    public static void Scale(Span<double> values, double scale)
    {
        foreach (ref var value in values)
            value *= scale;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static double Dot<TSimd, TVector>(ReadOnlySpan<double> left, ReadOnlySpan<double> right)
        where TSimd : struct, ISimd<TVector>
        where TVector : struct
    {
        fixed (double* a = left, b = right)
        {
            TVector even = default, odd = default;
            int i = 0, step = TSimd.Count;
            for (; i <= left.Length - (2 * step); i += 2 * step)
            {
                even = TSimd.MultiplyAdd(TSimd.Load(a + i), TSimd.Load(b + i), even);
                odd = TSimd.MultiplyAdd(TSimd.Load(a + i + step), TSimd.Load(b + i + step), odd);
            }
            var sum = TSimd.Sum(TSimd.Add(even, odd));
            for (; i < left.Length; i++)
                sum += a[i] * b[i];
            return sum;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void AddScaled<TSimd, TVector>(Span<double> target, double scale, ReadOnlySpan<double> source)
        where TSimd : struct, ISimd<TVector>
        where TVector : struct
    {
        fixed (double* a = source, c = target)
        {
            var factor = TSimd.Create(scale);
            var i = 0;
            for (; i <= target.Length - TSimd.Count; i += TSimd.Count)
                TSimd.Store(TSimd.MultiplyAdd(factor, TSimd.Load(a + i), TSimd.Load(c + i)), c + i);
            for (; i < target.Length; i++)
                c[i] += scale * a[i];
        }
    }
}
