namespace Retrieval.Host;

/// <summary>The upper half of a float32: its range, with eight bits of precision.</summary>
/// <param name="bits">Sign, eight bits of exponent, seven of fraction.</param>
public readonly struct BFloat16(ushort bits) : IEquatable<BFloat16>
{
    private const uint Infinity = 0x7f800000;
    private const ushort NotANumber = 0x7fff;

    /// <summary>Sign, eight bits of exponent, seven of fraction.</summary>
    public ushort Bits { get; } = bits;

    /// <summary>Rounds to the nearest, ties to even; what is not a number stays so.</summary>
    public static explicit operator BFloat16(float value)
    {
        var word = BitConverter.SingleToUInt32Bits(value);
        return new BFloat16((word & 0x7fffffff) > Infinity ? NotANumber : (ushort)((word + 0x7fff + ((word >> 16) & 1)) >> 16));
    }

    /// <summary>The same value: every bfloat16 is a float32.</summary>
    public static implicit operator float(BFloat16 value) => BitConverter.UInt32BitsToSingle((uint)value.Bits << 16);

    /// <summary>Whether both are the same value; as for float32, what is not a number equals only itself here.</summary>
    public bool Equals(BFloat16 other) => ((float)this).Equals(other);

    public override bool Equals(object? obj) => obj is BFloat16 other && Equals(other);

    public override int GetHashCode() => ((float)this).GetHashCode();

    public override string ToString() => ((float)this).ToString(System.Globalization.CultureInfo.InvariantCulture);

    public static bool operator ==(BFloat16 left, BFloat16 right) => (float)left == right;

    public static bool operator !=(BFloat16 left, BFloat16 right) => (float)left != right;
}
