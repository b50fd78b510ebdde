using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Retrieval.Imaging.Resampling;

/// <summary>Four sums, one pixel: SSE4.1, NEON, or plain code where there is neither.</summary>
internal readonly unsafe struct Lanes128 : IResampleLanes<Vector128<int>>
{
    public static int Lanes => 4;

    public static int Pixels => 1;

    public static Vector128<int> Broadcast(int value) => Vector128.Create(value);

    public static Vector128<int> Load(int* values) => Vector128.Load(values);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<int> MultiplyAdd(Vector128<int> sums, byte* bytes, Vector128<int> weights) => sums + (Widen(bytes) * weights);

    public static Vector128<int> AddPixels(Vector128<int> sums) => sums;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector128<int> sums, byte* bytes) => Unsafe.WriteUnaligned(bytes, ClipToBytes(sums));

    /// <summary>The four sums without their fraction, clipped to bytes, the first in the lowest byte.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static uint ClipToBytes(Vector128<int> sums)
    {
        var values = sums >> ResampleWeights.FractionBits;
        if (Sse2.IsSupported)
        {
            var words = Sse2.PackSignedSaturate(values, values);
            return Sse2.PackUnsignedSaturate(words, words).AsUInt32().ToScalar();
        }
        var clipped = Vector128.Min(Vector128.Max(values, Vector128<int>.Zero), Vector128.Create((int)byte.MaxValue)).AsUInt32();
        var narrow = Vector128.Narrow(clipped, clipped);
        return Vector128.Narrow(narrow, narrow).AsUInt32().ToScalar();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<int> Widen(byte* bytes)
    {
        var four = Vector128.CreateScalarUnsafe(Unsafe.ReadUnaligned<uint>(bytes)).AsByte();
        return Sse41.IsSupported ? Sse41.ConvertToVector128Int32(four) : Vector128.WidenLower(Vector128.WidenLower(four)).AsInt32();
    }
}
