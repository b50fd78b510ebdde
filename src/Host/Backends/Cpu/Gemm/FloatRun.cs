using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Retrieval.Host.Backends.Cpu.Gemm;

/// <summary>Copies and clears short runs of floats, inlined where a library call would cost more than the work.</summary>
internal static unsafe class FloatRun
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Copy(float* source, float* target, int count)
    {
        var i = 0;
        if (Vector512.IsHardwareAccelerated)
        {
            for (; i <= count - 32; i += 32)
            {
                var next = Vector512.Load(source + i + 16);
                Vector512.Load(source + i).Store(target + i);
                next.Store(target + i + 16);
            }
        }
        for (; i <= count - 8; i += 8)
            Vector256.Load(source + i).Store(target + i);
        for (; i < count; i++)
            target[i] = source[i];
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Clear(float* target, int count)
    {
        var i = 0;
        for (; i <= count - 8; i += 8)
            Vector256<float>.Zero.Store(target + i);
        for (; i < count; i++)
            target[i] = 0;
    }

    /// <summary>target = source * factor.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Scale(float* source, float factor, float* target, int count)
    {
        var i = 0;
        for (; i <= count - 8; i += 8)
            (Vector256.Load(source + i) * factor).Store(target + i);
        for (; i < count; i++)
            target[i] = source[i] * factor;
    }
}
