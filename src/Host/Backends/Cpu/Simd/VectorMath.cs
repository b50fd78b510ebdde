using System.Runtime.CompilerServices;

namespace Retrieval.Host.Backends.Cpu;

/// <summary>Logarithm and power for whole registers, by polynomials fitted to the smallest largest relative error.</summary>
internal static class VectorMath
{
    public const int MantissaBits = 23;
    public const int ExponentBias = 127;

    /// <summary>The bits of sqrt(1/2): a mantissa split there keeps the logarithm of numbers just below 1 exact to the last places.</summary>
    public const int RootOfHalfBits = 0x3f3504f3;

    /// <summary>log2(x) for positive normal x below 2^126, within 2 units in the last place of the result; not a number where x is not.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLanes Log2<TLanes>(TLanes x) where TLanes : unmanaged, ILanes<TLanes>
    {
        var exponent = TLanes.Exponent(x, out var scale);
        var f = TLanes.MultiplyAdd(x, scale, TLanes.Broadcast(-1));
        var p = TLanes.Broadcast(0.12583706f);
        p = TLanes.MultiplyAdd(p, f, TLanes.Broadcast(-0.20726976f));
        p = TLanes.MultiplyAdd(p, f, TLanes.Broadcast(0.2157156f));
        p = TLanes.MultiplyAdd(p, f, TLanes.Broadcast(-0.23894481f));
        p = TLanes.MultiplyAdd(p, f, TLanes.Broadcast(0.28791624f));
        p = TLanes.MultiplyAdd(p, f, TLanes.Broadcast(-0.36070368f));
        p = TLanes.MultiplyAdd(p, f, TLanes.Broadcast(0.48091063f));
        p = TLanes.MultiplyAdd(p, f, TLanes.Broadcast(-0.72134733f));
        p = TLanes.MultiplyAdd(p, f, TLanes.Broadcast(1.442695f));
        return TLanes.MultiplyAdd(p, f, exponent);
    }

    /// <summary>2^x within 2 units in the last place for x in [-126, 127]; x beyond these bounds is taken as the bound.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLanes Exp2<TLanes>(TLanes x) where TLanes : unmanaged, ILanes<TLanes>
    {
        x = TLanes.Min(TLanes.Broadcast(127), TLanes.Max(TLanes.Broadcast(-126), x));
        var whole = TLanes.Round(x);
        var f = x - whole;
        var p = TLanes.Broadcast(0.00015594678f);
        p = TLanes.MultiplyAdd(p, f, TLanes.Broadcast(0.0013406643f));
        p = TLanes.MultiplyAdd(p, f, TLanes.Broadcast(0.009617693f));
        p = TLanes.MultiplyAdd(p, f, TLanes.Broadcast(0.055503104f));
        p = TLanes.MultiplyAdd(p, f, TLanes.Broadcast(0.24022652f));
        p = TLanes.MultiplyAdd(p, f, TLanes.Broadcast(0.69314724f));
        return TLanes.MultiplyAdd(p, f, TLanes.Broadcast(1)) * TLanes.PowerOfTwo(whole);
    }
}
