using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Retrieval.Host.Backends.Cpu.Gemm;

/// <summary>Picks the widest vectors of this processor (the compiler folds the choice) and the kernel of a tile's height.</summary>
internal static unsafe class Kernels
{
    /// <summary>Computes a tile of <see cref="Blocking.TileColumns"/> columns; see <see cref="MicroKernel{TSimd, TVector, TRows, TLayout}"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Multiply<TLayout>(int rows, float* a, float* b, int depth, float* tile, in Hint ahead) where TLayout : struct, ITileLayout
    {
        if (Vector512.IsHardwareAccelerated)
            Multiply<Simd512, Vector512<float>, TLayout>(rows, a, b, depth, tile, ahead);
        else if (Vector256.IsHardwareAccelerated)
            Multiply<Simd256, Vector256<float>, TLayout>(rows, a, b, depth, tile, ahead);
        else
            Multiply<Simd128, Vector128<float>, TLayout>(rows, a, b, depth, tile, ahead);
    }

    /// <summary>Brings a tile to its place in the output.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(float* tile, int rows, int columns, in ProductOutput output, long* offsets, int column, bool first, bool last)
    {
        if (Vector512.IsHardwareAccelerated)
            TileStore<Simd512, Vector512<float>>.Run(tile, rows, columns, output, offsets, column, first, last);
        else if (Vector256.IsHardwareAccelerated)
            TileStore<Simd256, Vector256<float>>.Run(tile, rows, columns, output, offsets, column, first, last);
        else
            TileStore<Simd128, Vector128<float>>.Run(tile, rows, columns, output, offsets, column, first, last);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Multiply<TSimd, TVector, TLayout>(int rows, float* a, float* b, int depth, float* tile, in Hint ahead)
        where TSimd : struct, ISimd<TVector>
        where TVector : struct
        where TLayout : struct, ITileLayout
    {
        switch (rows)
        {
            case 1: MicroKernel<TSimd, TVector, Rows1, TLayout>.Run(a, b, depth, tile, ahead); break;
            case 2: MicroKernel<TSimd, TVector, Rows2, TLayout>.Run(a, b, depth, tile, ahead); break;
            case 3: MicroKernel<TSimd, TVector, Rows3, TLayout>.Run(a, b, depth, tile, ahead); break;
            case 4: MicroKernel<TSimd, TVector, Rows4, TLayout>.Run(a, b, depth, tile, ahead); break;
            case 5: MicroKernel<TSimd, TVector, Rows5, TLayout>.Run(a, b, depth, tile, ahead); break;
            case 6: MicroKernel<TSimd, TVector, Rows6, TLayout>.Run(a, b, depth, tile, ahead); break;
            case 7: MicroKernel<TSimd, TVector, Rows7, TLayout>.Run(a, b, depth, tile, ahead); break;
            case 8: MicroKernel<TSimd, TVector, Rows8, TLayout>.Run(a, b, depth, tile, ahead); break;
            case 9: MicroKernel<TSimd, TVector, Rows9, TLayout>.Run(a, b, depth, tile, ahead); break;
            case 10: MicroKernel<TSimd, TVector, Rows10, TLayout>.Run(a, b, depth, tile, ahead); break;
            case 11: MicroKernel<TSimd, TVector, Rows11, TLayout>.Run(a, b, depth, tile, ahead); break;
            case 12: MicroKernel<TSimd, TVector, Rows12, TLayout>.Run(a, b, depth, tile, ahead); break;
            case 13: MicroKernel<TSimd, TVector, Rows13, TLayout>.Run(a, b, depth, tile, ahead); break;
            default: MicroKernel<TSimd, TVector, Rows14, TLayout>.Run(a, b, depth, tile, ahead); break;
        }
    }
}
