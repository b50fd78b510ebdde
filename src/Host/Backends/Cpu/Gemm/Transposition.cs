using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace Retrieval.Host.Backends.Cpu.Gemm;

/// <summary>
/// Square blocks of a matrix, turned over in registers: first 4 x 4 within each 128-bit lane, then the lanes among themselves.
/// </summary>
internal static unsafe class Transposition
{
    /// <summary>Rows and columns of a block; 1 when the processor has no suitable instructions.</summary>
    public static int Size
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Avx512F.IsSupported ? 16 : Avx.IsSupported ? 8 : Sse.IsSupported || AdvSimd.Arm64.IsSupported ? 4 : 1;
    }

    /// <summary>target[j * targetStride + i] = source[i * sourceStride + j] for a block.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Run(float* source, long sourceStride, float* target, int targetStride)
    {
        if (Avx512F.IsSupported)
            Run16(source, sourceStride, target, targetStride);
        else if (Avx.IsSupported)
            Run8(source, sourceStride, target, targetStride);
        else if (Sse.IsSupported || AdvSimd.Arm64.IsSupported)
            Run4(source, sourceStride, target, targetStride);
        else
            *target = *source;
    }

    private static void Run16(float* source, long stride, float* target, int targetStride)
    {
        var (a0, a1, a2, a3) = Rows16(source, stride);
        var (b0, b1, b2, b3) = Rows16(source + (4 * stride), stride);
        var (c0, c1, c2, c3) = Rows16(source + (8 * stride), stride);
        var (d0, d1, d2, d3) = Rows16(source + (12 * stride), stride);
        StoreLanes(a0, b0, c0, d0, target, 4L * targetStride);
        StoreLanes(a1, b1, c1, d1, target + targetStride, 4L * targetStride);
        StoreLanes(a2, b2, c2, d2, target + (2 * targetStride), 4L * targetStride);
        StoreLanes(a3, b3, c3, d3, target + (3 * targetStride), 4L * targetStride);
    }

    private static void Run8(float* source, long stride, float* target, int targetStride)
    {
        var (a0, a1, a2, a3) = Rows8(source, stride);
        var (b0, b1, b2, b3) = Rows8(source + (4 * stride), stride);
        StoreLanes(a0, b0, target, 4L * targetStride);
        StoreLanes(a1, b1, target + targetStride, 4L * targetStride);
        StoreLanes(a2, b2, target + (2 * targetStride), 4L * targetStride);
        StoreLanes(a3, b3, target + (3 * targetStride), 4L * targetStride);
    }

    private static void Run4(float* source, long stride, float* target, int targetStride)
    {
        Vector128<float> r0 = Vector128.Load(source), r1 = Vector128.Load(source + stride), r2 = Vector128.Load(source + (2 * stride)), r3 = Vector128.Load(source + (3 * stride));
        Vector128<float> t0 = ZipLow(r0, r2), t1 = ZipHigh(r0, r2), t2 = ZipLow(r1, r3), t3 = ZipHigh(r1, r3);
        ZipLow(t0, t2).Store(target);
        ZipHigh(t0, t2).Store(target + targetStride);
        ZipLow(t1, t3).Store(target + (2 * targetStride));
        ZipHigh(t1, t3).Store(target + (3 * targetStride));
    }

    /// <summary>Four rows, 4 x 4 transposed within each lane: lane l of vector j holds column 4 l + j.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (Vector512<float>, Vector512<float>, Vector512<float>, Vector512<float>) Rows16(float* source, long stride)
    {
        Vector512<float> r0 = Vector512.Load(source), r1 = Vector512.Load(source + stride), r2 = Vector512.Load(source + (2 * stride)), r3 = Vector512.Load(source + (3 * stride));
        Vector512<float> t0 = Avx512F.UnpackLow(r0, r2), t1 = Avx512F.UnpackHigh(r0, r2), t2 = Avx512F.UnpackLow(r1, r3), t3 = Avx512F.UnpackHigh(r1, r3);
        return (Avx512F.UnpackLow(t0, t2), Avx512F.UnpackHigh(t0, t2), Avx512F.UnpackLow(t1, t3), Avx512F.UnpackHigh(t1, t3));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (Vector256<float>, Vector256<float>, Vector256<float>, Vector256<float>) Rows8(float* source, long stride)
    {
        Vector256<float> r0 = Vector256.Load(source), r1 = Vector256.Load(source + stride), r2 = Vector256.Load(source + (2 * stride)), r3 = Vector256.Load(source + (3 * stride));
        Vector256<float> t0 = Avx.UnpackLow(r0, r2), t1 = Avx.UnpackHigh(r0, r2), t2 = Avx.UnpackLow(r1, r3), t3 = Avx.UnpackHigh(r1, r3);
        return (Avx.UnpackLow(t0, t2), Avx.UnpackHigh(t0, t2), Avx.UnpackLow(t1, t3), Avx.UnpackHigh(t1, t3));
    }

    /// <summary>Stores lane l of all vectors side by side at l * stride.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void StoreLanes(Vector512<float> a, Vector512<float> b, Vector512<float> c, Vector512<float> d, float* target, long stride)
    {
        Vector512<float> low0 = Avx512F.Shuffle4x128(a, b, 0x44), high0 = Avx512F.Shuffle4x128(a, b, 0xEE);
        Vector512<float> low1 = Avx512F.Shuffle4x128(c, d, 0x44), high1 = Avx512F.Shuffle4x128(c, d, 0xEE);
        Avx512F.Shuffle4x128(low0, low1, 0x88).Store(target);
        Avx512F.Shuffle4x128(low0, low1, 0xDD).Store(target + stride);
        Avx512F.Shuffle4x128(high0, high1, 0x88).Store(target + (2 * stride));
        Avx512F.Shuffle4x128(high0, high1, 0xDD).Store(target + (3 * stride));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void StoreLanes(Vector256<float> a, Vector256<float> b, float* target, long stride)
    {
        Avx.Permute2x128(a, b, 0x20).Store(target);
        Avx.Permute2x128(a, b, 0x31).Store(target + stride);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> ZipLow(Vector128<float> left, Vector128<float> right) =>
        Sse.IsSupported ? Sse.UnpackLow(left, right) : AdvSimd.Arm64.ZipLow(left, right);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> ZipHigh(Vector128<float> left, Vector128<float> right) =>
        Sse.IsSupported ? Sse.UnpackHigh(left, right) : AdvSimd.Arm64.ZipHigh(left, right);
}
