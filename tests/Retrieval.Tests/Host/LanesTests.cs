using Retrieval.Host.Backends.Cpu;
using Xunit;

namespace Retrieval.Tests.Host;

/// <summary>Registers of every width against single floats, and the polynomials against the mathematics.</summary>
public sealed unsafe class LanesTests
{
    private static readonly float[] Samples = [.. Reference.Random(4096, 1).Select((value, i) => value * MathF.Pow(10, (i % 61) - 30)),
        0, -0f, 1, -1, 0.5f, 1.5f, 2.5f, -2.5f, float.MaxValue, float.Epsilon, float.PositiveInfinity, float.NegativeInfinity, float.NaN, float.NaN, 3, float.NaN];

    [Fact]
    public void EveryWidthDoesTheSame()
    {
        var expected = Everything<Lanes1>();
        Assert.Equal(expected, Everything<Lanes4>());
        Assert.Equal(expected, Everything<Lanes8>());
        Assert.Equal(expected, Everything<Lanes16>());
    }

    [Fact]
    public void SumsAddHalves()
    {
        float* values = stackalloc float[16];
        for (var i = 0; i < 16; i++)
            values[i] = i + 1;
        Assert.Equal(1, Lanes1.Sum(Lanes1.Load(values)));
        Assert.Equal(10, Lanes4.Sum(Lanes4.Load(values)));
        Assert.Equal(36, Lanes8.Sum(Lanes8.Load(values)));
        Assert.Equal(136, Lanes16.Sum(Lanes16.Load(values)));
    }

    [Fact]
    public void LogarithmIsWithinTwoUnits()
    {
        var worst = 0.0;
        for (var i = 0; i < 2_000_000; i++)
        {
            // Every exponent below 2^126, and the neighbourhood of 1 closely.
            var x = i % 4 == 0 ? 1 + ((i - 1_000_000) * 1e-7f) : BitConverter.UInt32BitsToSingle(0x0080_0000u + (uint)((long)i * 1063 % 0x7E00_0000));
            worst = Math.Max(worst, UnitsOff(Math.Log2(x), Value(VectorMath.Log2(Lanes1.Broadcast(x)))));
        }
        Assert.InRange(worst, 0, 2);
    }

    [Fact]
    public void PowerOfTwoIsWithinTwoUnits()
    {
        var worst = 0.0;
        for (var i = 0; i < 2_000_000; i++)
        {
            var x = -126 + (i * (253f / 2_000_000));
            worst = Math.Max(worst, UnitsOff(Math.Pow(2, x), Value(VectorMath.Exp2(Lanes1.Broadcast(x)))));
        }
        Assert.InRange(worst, 0, 2);
    }

    [Fact]
    public void BoundsOfThePowerOfTwo()
    {
        Assert.Equal(MathF.Pow(2, -126), Value(VectorMath.Exp2(Lanes1.Broadcast(-1000))));
        Assert.Equal(MathF.Pow(2, 127), Value(VectorMath.Exp2(Lanes1.Broadcast(1000))));
        Assert.Equal(1, Value(VectorMath.Exp2(Lanes1.Broadcast(0))));
        Assert.Equal(0, Value(VectorMath.Log2(Lanes1.Broadcast(1))));
        Assert.True(float.IsNaN(Value(VectorMath.Exp2(Lanes1.Broadcast(float.NaN)))));
        Assert.True(float.IsNaN(Value(VectorMath.Log2(Lanes1.Broadcast(float.NaN)))));
    }

    /// <summary>The bits of every operation's results over all samples; not-a-numbers all alike.</summary>
    private static List<int> Everything<TLanes>() where TLanes : unmanaged, ILanes<TLanes>
    {
        var bits = new List<int>();
        float* results = stackalloc float[TLanes.Count];
        void Keep(TLanes lanes)
        {
            lanes.Store(results);
            for (var i = 0; i < TLanes.Count; i++)
                bits.Add(float.IsNaN(results[i]) ? -1 : BitConverter.SingleToInt32Bits(results[i]));
        }
        foreach (var operation in Operations<TLanes>())
        {
            fixed (float* samples = Samples)
            {
                for (var i = 0; i + 16 < Samples.Length; i += TLanes.Count)
                    Keep(operation(TLanes.Load(samples + i), TLanes.Load(samples + i + 5), TLanes.Load(samples + i + 11)));
            }
        }
        return bits;
    }

    private static IEnumerable<Func<TLanes, TLanes, TLanes, TLanes>> Operations<TLanes>() where TLanes : unmanaged, ILanes<TLanes> =>
    [
        (a, b, c) => a + b,
        (a, b, c) => a - b,
        (a, b, c) => a * b,
        (a, b, c) => a / b,
        TLanes.MultiplyAdd,
        (a, b, c) => TLanes.SquareRoot(a),
        (a, b, c) => TLanes.Max(a, b),
        (a, b, c) => TLanes.Min(a, b),
        (a, b, c) => TLanes.Round(a),
        (a, b, c) => TLanes.IfGreater(a, b, c, a),
        (a, b, c) => TLanes.IfAtLeast(a, b, c, a),
        (a, b, c) => TLanes.IfSameBits(TLanes.Round(TLanes.Max(TLanes.Broadcast(-1), TLanes.Min(TLanes.Broadcast(1), a))), TLanes.BroadcastBits(0), b, c),
        (a, b, c) => TLanes.PowerOfTwo(TLanes.Round(TLanes.Max(TLanes.Broadcast(-126), TLanes.Min(TLanes.Broadcast(127), TLanes.IfAtLeast(a, a, a, TLanes.Broadcast(0)))))),
        (a, b, c) => TLanes.Exponent(Normal(a), out _),
        (a, b, c) =>
        {
            TLanes.Exponent(Normal(a), out var scale);
            return scale;
        },
        (a, b, c) => VectorMath.Log2(Normal(a)),
        (a, b, c) => VectorMath.Exp2(a),
    ];

    private static TLanes Normal<TLanes>(TLanes a) where TLanes : unmanaged, ILanes<TLanes> =>
        TLanes.Min(TLanes.Broadcast(1e38f), TLanes.Max(TLanes.Broadcast(1.2e-38f), TLanes.IfAtLeast(a, a, a, TLanes.Broadcast(1))));

    private static float Value(Lanes1 lanes)
    {
        float value;
        lanes.Store(&value);
        return value;
    }

    private static double UnitsOff(double expected, float actual)
    {
        var unit = Math.Max((double)MathF.BitIncrement(Math.Abs((float)expected)) - Math.Abs((float)expected), float.Epsilon);
        return Math.Abs(expected - actual) / unit;
    }
}
