using System.Runtime.CompilerServices;

namespace Retrieval.Host.Backends.Cpu;

/// <summary>The first of the largest values and its position. A value that is not a number is larger than any.</summary>
internal static class Maximum
{
    /// <summary>Holds a later value against the best so far.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Join<TLanes>(ref TLanes best, ref TLanes position, TLanes later, TLanes laterPosition) where TLanes : unmanaged, ILanes<TLanes>
    {
        position = Choose(best, later, position, laterPosition);
        best = Choose(best, later, best, later);
    }

    // The inner choice falls to the challenger when the best is not a number; the outer one takes that back.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLanes Choose<TLanes>(TLanes best, TLanes later, TLanes holder, TLanes challenger) where TLanes : unmanaged, ILanes<TLanes> =>
        TLanes.IfAtLeast(best, best, TLanes.IfAtLeast(best, later, holder, challenger), holder);
}
