using System.Runtime.CompilerServices;

namespace Retrieval.Training.Whitening.LinearAlgebra;

/// <summary>
/// The innermost step of every product: a block of 4 rows by 3 vectors of C stays in registers while the depth runs.
/// C[i, j] += scale * sum over depth of A[depth, i] B[depth, j]; A and B are packed panels, 24 doubles a depth.
/// </summary>
internal static unsafe class MicroKernel<TSimd, TVector>
    where TSimd : struct, ISimd<TVector>
    where TVector : struct
{
    public const int Rows = 4;

    public static int Columns => 3 * TSimd.Count;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Multiply(double* a, double* b, int depth, double scale, double* c, int rowStride)
    {
        TVector c00 = default, c01 = default, c02 = default, c10 = default, c11 = default, c12 = default;
        TVector c20 = default, c21 = default, c22 = default, c30 = default, c31 = default, c32 = default;
        for (var k = 0; k < depth; k++, a += PanelBuffer.Width, b += PanelBuffer.Width)
        {
            TVector b0 = TSimd.Load(b), b1 = TSimd.Load(b + TSimd.Count), b2 = TSimd.Load(b + (2 * TSimd.Count));
            var a0 = TSimd.Create(a[0]);
            c00 = TSimd.MultiplyAdd(a0, b0, c00);
            c01 = TSimd.MultiplyAdd(a0, b1, c01);
            c02 = TSimd.MultiplyAdd(a0, b2, c02);
            var a1 = TSimd.Create(a[1]);
            c10 = TSimd.MultiplyAdd(a1, b0, c10);
            c11 = TSimd.MultiplyAdd(a1, b1, c11);
            c12 = TSimd.MultiplyAdd(a1, b2, c12);
            var a2 = TSimd.Create(a[2]);
            c20 = TSimd.MultiplyAdd(a2, b0, c20);
            c21 = TSimd.MultiplyAdd(a2, b1, c21);
            c22 = TSimd.MultiplyAdd(a2, b2, c22);
            var a3 = TSimd.Create(a[3]);
            c30 = TSimd.MultiplyAdd(a3, b0, c30);
            c31 = TSimd.MultiplyAdd(a3, b1, c31);
            c32 = TSimd.MultiplyAdd(a3, b2, c32);
        }
        var factor = TSimd.Create(scale);
        AddRow(c, factor, c00, c01, c02);
        AddRow(c + rowStride, factor, c10, c11, c12);
        AddRow(c + (2L * rowStride), factor, c20, c21, c22);
        AddRow(c + (3L * rowStride), factor, c30, c31, c32);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void AddRow(double* c, TVector factor, TVector first, TVector second, TVector third)
    {
        TSimd.Store(TSimd.MultiplyAdd(factor, first, TSimd.Load(c)), c);
        TSimd.Store(TSimd.MultiplyAdd(factor, second, TSimd.Load(c + TSimd.Count)), c + TSimd.Count);
        TSimd.Store(TSimd.MultiplyAdd(factor, third, TSimd.Load(c + (2 * TSimd.Count))), c + (2 * TSimd.Count));
    }
}
