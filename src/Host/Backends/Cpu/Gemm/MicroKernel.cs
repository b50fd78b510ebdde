using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace Retrieval.Host.Backends.Cpu.Gemm;

/// <summary>
/// The inner loop of every product: a tile of up to 14 rows by two vectors, held in registers while the depth runs.
/// tile[r, j] = sum over d of a[r * RowStride + d * DepthStride] * b[d * columns + j]. One addend after the other in rising d:
/// an element's value does not depend on where in a tile it stands, nor on the tile's height.
/// </summary>
/// <remarks>14 rows take 28 of AVX-512's 32 registers; the row count is a type, so shorter tiles are kernels of their own.</remarks>
internal static unsafe class MicroKernel<TSimd, TVector, TRows, TLayout>
    where TSimd : struct, ISimd<TVector>
    where TVector : struct
    where TRows : struct, IRowCount
    where TLayout : struct, ITileLayout
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void Run(float* a, float* b, int depth, float* tile, in Hint ahead)
    {
        TVector c00 = default, c01 = default;
        TVector c10 = default, c11 = default;
        TVector c20 = default, c21 = default;
        TVector c30 = default, c31 = default;
        TVector c40 = default, c41 = default;
        TVector c50 = default, c51 = default;
        TVector c60 = default, c61 = default;
        TVector c70 = default, c71 = default;
        TVector c80 = default, c81 = default;
        TVector c90 = default, c91 = default;
        TVector c100 = default, c101 = default;
        TVector c110 = default, c111 = default;
        TVector c120 = default, c121 = default;
        TVector c130 = default, c131 = default;
        nint address = ahead.Address, step = ahead.Step, leap = ahead.Leap;
        int shift = ahead.Shift + 1, mask = (1 << ahead.Shift) - 1;
        for (; depth > 0; depth--)
        {
            TVector b0 = TSimd.Load(b), b1 = TSimd.Load(b + TSimd.Width);
            if (Sse.IsSupported)
                Sse.Prefetch1((float*)address + (((depth >> 1) & mask) * step) + ((depth >> shift) * leap));
            MultiplyRow(a, 0, b0, b1, ref c00, ref c01);
            if (TRows.Count > 1)
                MultiplyRow(a, 1, b0, b1, ref c10, ref c11);
            if (TRows.Count > 2)
                MultiplyRow(a, 2, b0, b1, ref c20, ref c21);
            if (TRows.Count > 3)
                MultiplyRow(a, 3, b0, b1, ref c30, ref c31);
            if (TRows.Count > 4)
                MultiplyRow(a, 4, b0, b1, ref c40, ref c41);
            if (TRows.Count > 5)
                MultiplyRow(a, 5, b0, b1, ref c50, ref c51);
            if (TRows.Count > 6)
                MultiplyRow(a, 6, b0, b1, ref c60, ref c61);
            if (TRows.Count > 7)
                MultiplyRow(a, 7, b0, b1, ref c70, ref c71);
            if (TRows.Count > 8)
                MultiplyRow(a, 8, b0, b1, ref c80, ref c81);
            if (TRows.Count > 9)
                MultiplyRow(a, 9, b0, b1, ref c90, ref c91);
            if (TRows.Count > 10)
                MultiplyRow(a, 10, b0, b1, ref c100, ref c101);
            if (TRows.Count > 11)
                MultiplyRow(a, 11, b0, b1, ref c110, ref c111);
            if (TRows.Count > 12)
                MultiplyRow(a, 12, b0, b1, ref c120, ref c121);
            if (TRows.Count > 13)
                MultiplyRow(a, 13, b0, b1, ref c130, ref c131);
            a += TLayout.DepthStride;
            b += 2 * TSimd.Width;
        }
        StoreRow(tile, 0, c00, c01);
        if (TRows.Count > 1)
            StoreRow(tile, 1, c10, c11);
        if (TRows.Count > 2)
            StoreRow(tile, 2, c20, c21);
        if (TRows.Count > 3)
            StoreRow(tile, 3, c30, c31);
        if (TRows.Count > 4)
            StoreRow(tile, 4, c40, c41);
        if (TRows.Count > 5)
            StoreRow(tile, 5, c50, c51);
        if (TRows.Count > 6)
            StoreRow(tile, 6, c60, c61);
        if (TRows.Count > 7)
            StoreRow(tile, 7, c70, c71);
        if (TRows.Count > 8)
            StoreRow(tile, 8, c80, c81);
        if (TRows.Count > 9)
            StoreRow(tile, 9, c90, c91);
        if (TRows.Count > 10)
            StoreRow(tile, 10, c100, c101);
        if (TRows.Count > 11)
            StoreRow(tile, 11, c110, c111);
        if (TRows.Count > 12)
            StoreRow(tile, 12, c120, c121);
        if (TRows.Count > 13)
            StoreRow(tile, 13, c130, c131);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void MultiplyRow(float* a, int row, TVector b0, TVector b1, ref TVector c0, ref TVector c1)
    {
        var value = TSimd.Broadcast(a[row * TLayout.RowStride]);
        c0 = TSimd.MultiplyAdd(value, b0, c0);
        c1 = TSimd.MultiplyAdd(value, b1, c1);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void StoreRow(float* tile, int row, TVector c0, TVector c1)
    {
        TSimd.Store(tile + (row * 2 * TSimd.Width), c0);
        TSimd.Store(tile + (((row * 2) + 1) * TSimd.Width), c1);
    }
}
