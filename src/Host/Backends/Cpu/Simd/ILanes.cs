namespace Retrieval.Host.Backends.Cpu;

/// <summary>
/// Floats that are computed together: one register of 16, 8 or 4, or a single float. A kernel is written once over it; the
/// loops run it with the widest register that the processor has and finish what is left with narrower ones. Every width does the
/// same operations in the same order, so an element's value does not depend on where a loop was cut.
/// </summary>
internal unsafe interface ILanes<TSelf> where TSelf : unmanaged, ILanes<TSelf>
{
    /// <summary>Floats in one value.</summary>
    static abstract int Count { get; }

    static abstract TSelf Load(float* source);

    void Store(float* target);

    static abstract TSelf Broadcast(float value);

    /// <summary>Lanes that hold the bits of an integer, for indices kept beside values.</summary>
    static abstract TSelf BroadcastBits(int value);

    static abstract TSelf operator +(TSelf a, TSelf b);

    static abstract TSelf operator -(TSelf a, TSelf b);

    static abstract TSelf operator *(TSelf a, TSelf b);

    static abstract TSelf operator /(TSelf a, TSelf b);

    /// <summary>a b + c, rounded once where the processor can.</summary>
    static abstract TSelf MultiplyAdd(TSelf a, TSelf b, TSelf c);

    static abstract TSelf SquareRoot(TSelf a);

    /// <summary>The larger; where <paramref name="b"/> is not a number, <paramref name="b"/>.</summary>
    static abstract TSelf Max(TSelf a, TSelf b);

    /// <summary>The smaller; where <paramref name="b"/> is not a number, <paramref name="b"/>.</summary>
    static abstract TSelf Min(TSelf a, TSelf b);

    /// <summary>The nearest whole number, halves to even.</summary>
    static abstract TSelf Round(TSelf a);

    /// <summary>a &gt; b ? yes : no.</summary>
    static abstract TSelf IfGreater(TSelf a, TSelf b, TSelf yes, TSelf no);

    /// <summary>a &gt;= b ? yes : no.</summary>
    static abstract TSelf IfAtLeast(TSelf a, TSelf b, TSelf yes, TSelf no);

    /// <summary>The bits of a and b are the same ? yes : no.</summary>
    static abstract TSelf IfSameBits(TSelf a, TSelf b, TSelf yes, TSelf no);

    /// <summary>The sum of the lanes, halves added to halves.</summary>
    static abstract float Sum(TSelf a);

    /// <summary>For a positive normal number below 2^126: the exponent such that a scale, with scale = 2^-exponent, lies in [sqrt(1/2), sqrt(2)).</summary>
    static abstract TSelf Exponent(TSelf a, out TSelf scale);

    /// <summary>2^a for a whole number a in [-126, 127].</summary>
    static abstract TSelf PowerOfTwo(TSelf a);
}
