using System.Runtime.CompilerServices;

namespace Retrieval.Host.Backends.Cpu;

/// <summary>max(x, epsilon)^p for a whole p by multiplication.</summary>
internal readonly unsafe struct WholePowerTerms(float* x, float epsilon, int p) : IColumnTerms
{
    private readonly float* _x = x;
    private readonly float _epsilon = epsilon;
    private readonly int _p = p;

    public void Terms<TLanes>(long index, int column, out TLanes first, out TLanes second) where TLanes : unmanaged, ILanes<TLanes>
    {
        first = Raise(TLanes.Max(TLanes.Broadcast(_epsilon), TLanes.Load(_x + index)), _p);
        second = default;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLanes Raise<TLanes>(TLanes value, int p) where TLanes : unmanaged, ILanes<TLanes>
    {
        var power = value;
        for (var i = 1; i < p; i++)
            power *= value;
        return power;
    }
}
