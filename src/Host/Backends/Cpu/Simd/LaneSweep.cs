using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Retrieval.Host.Backends.Cpu;

/// <summary>Runs a kernel along a range on the calling thread: with the widest registers while they fit, then with narrower ones.</summary>
internal static class LaneSweep
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Run<TKernel>(in TKernel kernel, long first, long end) where TKernel : struct, ILaneKernel
    {
        if (Vector512.IsHardwareAccelerated && end - first >= Lanes16.Count)
            first = Sweep<TKernel, Lanes16>(in kernel, first, end);
        if (Vector256.IsHardwareAccelerated && end - first >= Lanes8.Count)
            first = Sweep<TKernel, Lanes8>(in kernel, first, end);
        if (Vector128.IsHardwareAccelerated && end - first >= Lanes4.Count)
            first = Sweep<TKernel, Lanes4>(in kernel, first, end);
        if (first < end)
            Sweep<TKernel, Lanes1>(in kernel, first, end);
    }

    // A method of its own for each width, never inlined, as the compiler inlines only so much into one; and compiled well at once, as
    // a first call may be the only one.
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static long Sweep<TKernel, TLanes>(in TKernel kernel, long index, long end)
        where TKernel : struct, ILaneKernel
        where TLanes : unmanaged, ILanes<TLanes>
    {
        var local = kernel;
        for (; index <= end - TLanes.Count; index += TLanes.Count)
            local.Apply<TLanes>(index);
        return index;
    }
}
