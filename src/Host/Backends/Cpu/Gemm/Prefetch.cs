using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace Retrieval.Host.Backends.Cpu.Gemm;

/// <summary>Hints that bring memory into the first-level cache. Nothing on processors without such hints.</summary>
internal static unsafe class Prefetch
{
    /// <summary>The places of a tile's rows in the output.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Tile(float* address, long* offsets, int rows)
    {
        if (!Sse.IsSupported)
            return;
        for (var row = 0; row < rows; row++)
        {
            var place = address + offsets[row];
            Sse.Prefetch0(place);
            Sse.Prefetch0(place + (Blocking.TileColumns / 2));
        }
    }

    /// <summary>One place in each of some rows.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Rows(float* address, long stride, int rows)
    {
        if (!Sse.IsSupported)
            return;
        for (var row = 0; row < rows; row++, address += stride)
            Sse.Prefetch0(address);
    }
}
