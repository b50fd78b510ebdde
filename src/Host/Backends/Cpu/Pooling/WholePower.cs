using System.Runtime.CompilerServices;

namespace Retrieval.Host.Backends.Cpu;

/// <summary>Powers with small whole exponents.</summary>
internal static class WholePower
{
    /// <summary>value^p by multiplication, p 0 or above.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLanes Raise<TLanes>(TLanes value, int p) where TLanes : unmanaged, ILanes<TLanes>
    {
        if (p == 0)
            return TLanes.Broadcast(1);
        var power = value;
        for (var i = 1; i < p; i++)
            power *= value;
        return power;
    }
}
