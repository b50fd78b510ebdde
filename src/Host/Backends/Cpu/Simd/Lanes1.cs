using System.Runtime.CompilerServices;

namespace Retrieval.Host.Backends.Cpu;

/// <summary>A single float: the end of a loop.</summary>
internal readonly unsafe struct Lanes1(float value) : ILanes<Lanes1>
{
    private readonly float _value = value;

    public static int Count => 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes1 Load(float* source) => new(*source);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Store(float* target) => *target = _value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes1 Broadcast(float value) => new(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes1 BroadcastBits(int value) => new(BitConverter.Int32BitsToSingle(value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes1 operator +(Lanes1 a, Lanes1 b) => new(a._value + b._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes1 operator -(Lanes1 a, Lanes1 b) => new(a._value - b._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes1 operator *(Lanes1 a, Lanes1 b) => new(a._value * b._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes1 operator /(Lanes1 a, Lanes1 b) => new(a._value / b._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes1 MultiplyAdd(Lanes1 a, Lanes1 b, Lanes1 c) => new(float.MultiplyAddEstimate(a._value, b._value, c._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes1 SquareRoot(Lanes1 a) => new(MathF.Sqrt(a._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes1 Max(Lanes1 a, Lanes1 b) => new(a._value > b._value ? a._value : b._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes1 Min(Lanes1 a, Lanes1 b) => new(a._value < b._value ? a._value : b._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes1 Round(Lanes1 a) => new(MathF.Round(a._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes1 IfGreater(Lanes1 a, Lanes1 b, Lanes1 yes, Lanes1 no) => a._value > b._value ? yes : no;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes1 IfAtLeast(Lanes1 a, Lanes1 b, Lanes1 yes, Lanes1 no) => a._value >= b._value ? yes : no;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes1 IfSameBits(Lanes1 a, Lanes1 b, Lanes1 yes, Lanes1 no) =>
        BitConverter.SingleToInt32Bits(a._value) == BitConverter.SingleToInt32Bits(b._value) ? yes : no;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Sum(Lanes1 a) => a._value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes1 Exponent(Lanes1 a, out Lanes1 scale)
    {
        var exponent = (BitConverter.SingleToInt32Bits(a._value) - VectorMath.RootOfHalfBits) >> VectorMath.MantissaBits;
        scale = BroadcastBits((VectorMath.ExponentBias - exponent) << VectorMath.MantissaBits);
        return new Lanes1(exponent);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes1 PowerOfTwo(Lanes1 a) => BroadcastBits(((int)a._value + VectorMath.ExponentBias) << VectorMath.MantissaBits);
}
