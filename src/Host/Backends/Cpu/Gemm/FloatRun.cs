using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Retrieval.Host.Backends.Cpu.Gemm;

/// <summary>Copies and clears short runs of floats, inlined where a library call would cost more than the work.</summary>
internal static unsafe class FloatRun
{
    /// <summary>Copies a run; what is no whole number of vectors ends with a vector that overlaps the one before.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Copy(float* source, float* target, int count)
    {
        if (Vector512.IsHardwareAccelerated && count >= 16)
        {
            for (var i = 0; i <= count - 16; i += 16)
                Vector512.Load(source + i).Store(target + i);
            if ((count & 15) != 0)
                Vector512.Load(source + count - 16).Store(target + count - 16);
        }
        else if (count >= 8)
        {
            for (var i = 0; i <= count - 8; i += 8)
                Vector256.Load(source + i).Store(target + i);
            if ((count & 7) != 0)
                Vector256.Load(source + count - 8).Store(target + count - 8);
        }
        else
        {
            for (var i = 0; i < count; i++)
                target[i] = source[i];
        }
    }

    /// <summary>Zeroes a run.</summary>
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
